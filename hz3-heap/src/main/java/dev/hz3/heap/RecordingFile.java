package dev.hz3.heap;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// A recording in the making: a file in the form that `hz3-bench replay` reads.
///
///     gzip │ header, stored as it is, so that it can be written again once its numbers are known │
///     gzip │ event │ event │ … │ end │ checksum of the header and of the events │
///     event  1 byte: operation, 8 = a thread follows, 16 = ticks follow │ thread │ ticks │ what the operation needs
///
/// Numbers of events are LEB128. Nothing is allocated for an event.
///
/// Threads: one at a time.
final class RecordingFile {

    static final String SUFFIX = ".oht.gz";

    private static final int BUFFER_BYTES = 64 << 10;
    /// More than an event can have.
    private static final int MOST_EVENT_BYTES = 64;
    private static final int MOST_FILES = 10_000;
    private static final int THREAD_FOLLOWS = 8;
    private static final int TICKS_FOLLOW = 16;
    private static final int END = 7;

    private final Path path;
    private final String name;
    private final String command;
    private final OutputStream file;
    private final GZIPOutputStream compressed;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final CRC32 checksum = new CRC32();
    private int length;
    private long eventBytes;
    private int thread;
    private long tick;

    /// A recording that goes to `file`, which is that at `path`.
    RecordingFile(Path path, OutputStream file) throws IOException {
        this.path = path;
        this.file = file;
        String fileName = String.valueOf(path.getFileName());
        name = fileName.endsWith(SUFFIX) ? fileName.substring(0, fileName.length() - SUFFIX.length()) : fileName;
        command = System.getProperty("sun.java.command", "java").split(" ", 2)[0]; // without its arguments, which may be nobody else's business
        file.write(stored(RecordingHeader.unfinished().bytes(name, command)));
        compressed = new GZIPOutputStream(file, BUFFER_BYTES);
    }

    /// Creates the file. One that there is already is not written over: the recording goes to the first of `name-2`, `name-3`, … that is free.
    static RecordingFile create(Path wanted) throws IOException {
        for (int number = 1; ; number++) {
            Path path = numbered(wanted, number);
            try {
                Files.createFile(path);
            } catch (FileAlreadyExistsException taken) {
                if (number == MOST_FILES) {
                    throw taken;
                }
                continue;
            }
            // A channel would be closed by the interruption of any thread that writes to it.
            return new RecordingFile(path, new FileOutputStream(path.toFile()));
        }
    }

    private static Path numbered(Path wanted, int number) {
        String fileName = String.valueOf(wanted.getFileName());
        if (number == 1) {
            return wanted;
        }
        return wanted.resolveSibling(fileName.endsWith(SUFFIX)
                ? fileName.substring(0, fileName.length() - SUFFIX.length()) + "-" + number + SUFFIX
                : fileName + "-" + number);
    }

    Path path() {
        return path;
    }

    /// Begins an event; what it needs more follows by [#number] and [#octet].
    ///
    /// @param atTick when it was, in ticks from the beginning
    void event(int operation, int byThread, long atTick) throws IOException {
        if (length > BUFFER_BYTES - MOST_EVENT_BYTES) {
            flush();
        }
        int first = operation | (byThread == thread ? 0 : THREAD_FOLLOWS) | (atTick <= tick ? 0 : TICKS_FOLLOW);
        octet(first);
        if ((first & THREAD_FOLLOWS) != 0) {
            number(byThread);
            thread = byThread;
        }
        if ((first & TICKS_FOLLOW) != 0) {
            number(atTick - tick);
            tick = atTick;
        }
    }

    void number(long value) {
        long left = value;
        while ((left & -0x80L) != 0) {
            octet((int) left | 0x80);
            left >>>= 7;
        }
        octet((int) left);
    }

    void octet(int value) {
        buffer[length++] = (byte) value;
    }

    private void flush() throws IOException {
        checksum.update(buffer, 0, length);
        eventBytes += length;
        compressed.write(buffer, 0, length);
        length = 0;
    }

    /// Ends it and makes it whole.
    void finish(RecordingHeader header) throws IOException {
        try (file) {
            event(END, thread, tick);
            flush();
            byte[] head = header.bytes(name, command);
            CRC32 ofHead = new CRC32();
            ofHead.update(head);
            long all = Checksums.joined(ofHead.getValue(), checksum.getValue(), eventBytes);
            for (int i = 0; i < Integer.BYTES; i++) {
                octet((int) (all >>> Byte.SIZE * i));
            }
            flush();
            compressed.finish();
            file.flush();
            try (RandomAccessFile again = new RandomAccessFile(path.toFile(), "rw")) {
                again.write(stored(head));
            }
        }
    }

    /// Lets go of a file that will not be whole.
    void abandon() {
        try {
            file.close();
        } catch (IOException e) {
            // It is not whole anyway.
        }
    }

    private static byte[] stored(byte[] bytes) throws IOException {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (Stored gzip = new Stored(stored)) {
            gzip.write(bytes);
        }
        return stored.toByteArray();
    }

    /// A gzip stream whose length depends on that of its contents alone.
    private static final class Stored extends GZIPOutputStream {
        Stored(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.NO_COMPRESSION);
        }
    }
}
