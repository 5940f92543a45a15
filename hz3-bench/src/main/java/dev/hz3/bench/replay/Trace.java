package dev.hz3.bench.replay;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// A recording of every allocation of a program, decoded into arrays: event `e` has an operation, a thread, an object and a size.
///
///     header   "OHTRACE1" u16 version u16 header bytes u32 µs a tick
///              u64 events, objects, frees, cross frees, peak bytes, peak objects, total bytes, bytes in 4…32 KiB
///              u32 threads, ticks; u16 n, name; u16 n, command
///     event    1 byte: bits 0-2 operation, 3 = thread id follows, 4 = ticks follow; [varint thread] [varint ticks] operands
///     trailer  u32 CRC-32 of all before it
///
/// Numbers are little endian, varints LEB128. Every ALLOC, CALLOC, ALIGNED and REALLOC makes the next object; ages count back from there.
///
/// Threads: immutable after reading.
public final class Trace {

    /// An operation of an event.
    public static final byte ALLOC = 0;
    /// An object comes, and its memory must read as zero.
    public static final byte CALLOC = 1;
    /// An object goes.
    public static final byte FREE = 2;
    /// An object goes and another of another size comes, with its contents.
    public static final byte REALLOC = 3;
    /// Like ALLOC, at a multiple of a power of two.
    public static final byte ALIGNED = 4;
    /// A thread ends.
    public static final byte THREAD_EXIT = 5;
    private static final byte END = 7;

    private static final byte[] MAGIC = "OHTRACE1".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_COUNT = 1 << 28;
    /// What a heap that records writes first, and replaces at its end.
    private static final long UNFINISHED = -1;

    private final String name;
    private final int threads;
    private final int objects;
    private final long peakLiveBytes;
    private final byte[] operations;
    private final char[] threadOf;
    private final int[] objectOf;
    /// The object that a REALLOC consumes, or the log2 of the alignment of an ALIGNED.
    private final int[] otherOf;
    private final long[] sizeOf;

    private Trace(Decoder decoder) {
        name = decoder.name;
        threads = decoder.threads;
        objects = decoder.objects;
        peakLiveBytes = decoder.peakLiveBytes;
        operations = decoder.operations;
        threadOf = decoder.threadOf;
        objectOf = decoder.objectOf;
        otherOf = decoder.otherOf;
        sizeOf = decoder.sizeOf;
    }

    /// Reads a file.
    ///
    /// @throws TraceFormatException where it is no recording, or not a whole one
    public static Trace read(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16), 1 << 16)) {
            return new Trace(new Decoder(file.toString(), in).decode());
        } catch (TraceFormatException e) {
            throw e;
        } catch (EOFException | ZipException e) {
            throw new TraceFormatException(file.toString(), -1, "cut short, or no gzip stream: " + e.getMessage());
        }
    }

    /// The program's name.
    public String name() {
        return name;
    }

    /// How many threads it had.
    public int threads() {
        return threads;
    }

    /// How many events there are.
    public int events() {
        return operations.length;
    }

    /// How many objects were ever made.
    public int objects() {
        return objects;
    }

    /// The most bytes that were live at once, as asked for, in the recorded order.
    public long peakLiveBytes() {
        return peakLiveBytes;
    }

    /// How many bytes each of its objects was asked for with, in the order of time.
    public int[] sizes() {
        return IntStream.range(0, events())
                .filter(event -> operations[event] != FREE && operations[event] != THREAD_EXIT)
                .map(event -> Math.toIntExact(Math.min(sizeOf[event], MAX_COUNT)))
                .toArray();
    }

    /// How many bytes of arrays it has.
    long arrayBytes() {
        return (long) events() * (Byte.BYTES + Character.BYTES + 2 * Integer.BYTES + Long.BYTES);
    }

    byte operation(int event) {
        return operations[event];
    }

    int thread(int event) {
        return threadOf[event];
    }

    int object(int event) {
        return objectOf[event];
    }

    int other(int event) {
        return otherOf[event];
    }

    long size(int event) {
        return sizeOf[event];
    }

    private static final class Decoder {
        private final String file;
        private final InputStream in;
        private final CRC32 crc = new CRC32();
        private long offset;

        private String name = "";
        private int threads;
        private int objects;
        private long peakLiveBytes;
        private byte[] operations = {};
        private char[] threadOf = {};
        private int[] objectOf = {};
        private int[] otherOf = {};
        private long[] sizeOf = {};
        private long[] live = {}; // size + 1 while an object lives

        Decoder(String file, InputStream in) {
            this.file = file;
            this.in = in;
        }

        private TraceFormatException wrong(String what) {
            return new TraceFormatException(file, offset, what);
        }

        private int next() throws IOException {
            int value = in.read();
            if (value < 0) {
                throw wrong("cut short");
            }
            crc.update(value);
            offset++;
            return value;
        }

        private long fixed(int bytes) throws IOException {
            long value = 0;
            for (int i = 0; i < bytes; i++) {
                value |= (long) next() << 8 * i;
            }
            return value;
        }

        private long varint() throws IOException {
            long value = 0;
            for (int shift = 0; shift < Long.SIZE; shift += 7) {
                int b = next();
                value |= (long) (b & 0x7f) << shift;
                if ((b & 0x80) == 0) {
                    return value;
                }
            }
            throw wrong("a number of more than 64 bits");
        }

        private String text() throws IOException {
            byte[] bytes = new byte[(int) fixed(2)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) next();
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }

        private int count(String what) throws IOException {
            long count = fixed(8);
            if (count == UNFINISHED) {
                throw wrong("not ended: its program was killed, or is still running");
            }
            if (count < 0 || count > MAX_COUNT) {
                throw wrong(what + "=" + count + ": not in 0 … " + MAX_COUNT);
            }
            return (int) count;
        }

        Decoder decode() throws IOException {
            int events = header();
            operations = new byte[events];
            threadOf = new char[events];
            objectOf = new int[events];
            otherOf = new int[events];
            sizeOf = new long[events];
            live = new long[objects];
            events(events);
            long expected = crc.getValue();
            long found = fixed(4);
            if (found != expected) {
                throw wrong("the checksum is 0x" + Long.toHexString(found) + ", and the contents have 0x" + Long.toHexString(expected));
            }
            if (in.read() >= 0) {
                throw wrong("goes on behind its end");
            }
            return this;
        }

        private int header() throws IOException {
            for (byte expected : MAGIC) {
                if (next() != expected) {
                    throw wrong("not an OHTRACE1 recording");
                }
            }
            long version = fixed(2);
            if (version != 1) {
                throw wrong("version " + version + ", and this reads 1");
            }
            long headerBytes = fixed(2);
            fixed(4);
            int events = count("events");
            objects = count("objects");
            for (int i = 0; i < 6; i++) {
                fixed(8);
            }
            threads = (int) fixed(4);
            fixed(4);
            name = text();
            text();
            while (offset < headerBytes) {
                next();
            }
            return events;
        }

        private void events(int events) throws IOException {
            long liveBytes = 0;
            int made = 0;
            int thread = 0;
            for (int e = 0; ; e++) {
                int first = next();
                int operation = first & 7;
                if ((first & 0xe0) != 0) {
                    throw wrong("event " + e + " has bits that mean nothing: 0x" + Integer.toHexString(first));
                }
                if ((first & 8) != 0) {
                    thread = (int) varint();
                    if (thread < 0 || thread > Character.MAX_VALUE) {
                        throw wrong("thread " + thread);
                    }
                }
                if ((first & 16) != 0) {
                    varint();
                }
                if (operation == END) {
                    if (made != objects || e != events && e != events - 1) {
                        throw wrong("ends after " + e + " events with " + made + " objects, and should have " + events + " and " + objects);
                    }
                    if (e < events) {
                        operations[e] = THREAD_EXIT; // the end itself was counted
                    }
                    return;
                }
                if (e >= events) {
                    throw wrong("more events than its header says: " + events);
                }
                operations[e] = (byte) operation;
                threadOf[e] = (char) thread;
                switch (operation) {
                    case ALLOC, CALLOC, ALIGNED -> {
                        sizeOf[e] = varint();
                        if (operation == ALIGNED) {
                            otherOf[e] = next();
                        }
                        liveBytes += make(e, made++);
                    }
                    case FREE -> {
                        objectOf[e] = consumed(made, varint());
                        liveBytes -= end(objectOf[e]);
                    }
                    case REALLOC -> {
                        otherOf[e] = consumed(made, varint());
                        sizeOf[e] = varint();
                        liveBytes -= end(otherOf[e]);
                        liveBytes += make(e, made++);
                    }
                    case THREAD_EXIT -> {}
                    default -> throw wrong("operation " + operation);
                }
                peakLiveBytes = Math.max(peakLiveBytes, liveBytes);
            }
        }

        private long make(int event, int object) throws TraceFormatException {
            if (object >= objects || sizeOf[event] < 0) {
                throw wrong("object " + object + " of " + objects + ", size=" + sizeOf[event]);
            }
            objectOf[event] = object;
            sizeOf[event] = Math.max(1, sizeOf[event]);
            live[object] = sizeOf[event] + 1;
            return sizeOf[event];
        }

        private int consumed(int made, long age) throws TraceFormatException {
            if (age < 1 || age > made) {
                throw wrong("an object of age " + age + ", and " + made + " were made");
            }
            return (int) (made - age);
        }

        private long end(int object) throws TraceFormatException {
            if (live[object] == 0) {
                throw wrong("object " + object + " goes for the second time");
            }
            long size = live[object] - 1;
            live[object] = 0;
            return size;
        }
    }
}
