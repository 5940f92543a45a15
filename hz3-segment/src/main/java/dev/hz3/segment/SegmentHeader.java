package dev.hz3.segment;

import dev.hz3.os.ReservedRange;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What a small segment says of itself, in the first bytes of its page 0.
///
///     offset   0         8        12       16        24
///              │ magic   │ kind   │ shard  │ base    │
///
/// It lies in mapped memory, so whoever finds a stray segment can see what it is, and a write that ran over it is noticed
/// before pages of the segment are released.
public final class SegmentHeader {

    /// "hz3 segm", little endian.
    public static final long MAGIC = 0x6d67_6573_2033_7a68L;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final long KIND = 8;
    private static final long SHARD = 12;
    private static final long BASE = 16;

    private SegmentHeader() {}

    /// Writes the header of a segment that was just opened. Touches its first page.
    public static void write(ReservedRange range, Segment segment) {
        MemorySegment memory = range.memory();
        long at = segment.base() - range.base();
        memory.set(LONG, at, MAGIC);
        memory.set(INT, at + KIND, segment.kind().code());
        memory.set(INT, at + SHARD, segment.home().shard());
        memory.set(LONG, at + BASE, segment.base());
    }

    /// Whether the header of `segment` says what its bookkeeping says.
    public static boolean isOf(ReservedRange range, Segment segment) {
        MemorySegment memory = range.memory();
        long at = segment.base() - range.base();
        return memory.get(LONG, at) == MAGIC
                && memory.get(INT, at + KIND) == segment.kind().code()
                && memory.get(INT, at + SHARD) == segment.home().shard()
                && memory.get(LONG, at + BASE) == segment.base();
    }

    /// What the header of `segment` says, for a message.
    public static String describe(ReservedRange range, Segment segment) {
        MemorySegment memory = range.memory();
        long at = segment.base() - range.base();
        return "magic=0x" + Long.toHexString(memory.get(LONG, at)) + ", kind=" + memory.get(INT, at + KIND) + ", shard="
                + memory.get(INT, at + SHARD) + ", base=0x" + Long.toHexString(memory.get(LONG, at + BASE));
    }
}
