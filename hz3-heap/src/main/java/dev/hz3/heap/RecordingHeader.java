package dev.hz3.heap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What the beginning of a recording says of all of it.
///
/// @param events operations, the end not among them
/// @param objects blocks that were allocated
/// @param frees those that were freed
/// @param crossFrees those that another thread freed than had allocated them
/// @param peakLiveBytes the most bytes that were live at once, as asked for
/// @param peakLiveObjects the most blocks that were
/// @param totalBytes bytes of all blocks
/// @param mediumBytes bytes of those of 4 to 32 KiB
/// @param threads how many there were
/// @param ticks how long it took, in 100 µs
record RecordingHeader(
        long events,
        long objects,
        long frees,
        long crossFrees,
        long peakLiveBytes,
        long peakLiveObjects,
        long totalBytes,
        long mediumBytes,
        int threads,
        int ticks) {

    static final int MICROS_PER_TICK = 100;

    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 8 + 2 + 2 + 4 + 8 * Long.BYTES + 2 * Integer.BYTES + 2 * Short.BYTES;
    private static final int MOST_TEXT = 1 << 10;

    /// The header of a recording that goes on: no reader takes -1 events for a whole one.
    static RecordingHeader unfinished() {
        return new RecordingHeader(-1, -1, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /// Returns it as it stands in a file: as many bytes for the same name and command, whatever the numbers.
    ///
    /// @param name what a replay calls the recording
    /// @param command what ran
    byte[] bytes(String name, String command) {
        byte[] called = text(name);
        byte[] ran = text(command);
        ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + called.length + ran.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("OHTRACE1".getBytes(StandardCharsets.US_ASCII)).putShort((short) VERSION).putShort((short) bytes.capacity()).putInt(MICROS_PER_TICK);
        bytes.putLong(events).putLong(objects).putLong(frees).putLong(crossFrees);
        bytes.putLong(peakLiveBytes).putLong(peakLiveObjects).putLong(totalBytes).putLong(mediumBytes);
        bytes.putInt(threads).putInt(ticks);
        bytes.putShort((short) called.length).put(called).putShort((short) ran.length).put(ran);
        return bytes.array();
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= MOST_TEXT ? bytes : Arrays.copyOf(bytes, MOST_TEXT);
    }
}
