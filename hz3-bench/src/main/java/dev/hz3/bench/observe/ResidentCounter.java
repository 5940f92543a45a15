package dev.hz3.bench.observe;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// The kernel's counter of what is resident, to be read often: no reading leaves anything on the Java heap, which would be resident then.
///
/// Threads: one at a time.
public final class ResidentCounter implements AutoCloseable {

    private static final Path COUNTERS = Path.of("/proc/self/statm");
    private static final int PAGE_BYTES = 4096;

    private final RandomAccessFile file;
    private final byte[] text = new byte[128];

    /// Opens it.
    public ResidentCounter() {
        try {
            file = new RandomAccessFile(COUNTERS.toFile(), "r");
        } catch (IOException failure) {
            throw new UncheckedIOException("the kernel does not tell: " + COUNTERS, failure);
        }
    }

    /// Returns how much of the process is resident now, in bytes, to a few pages for each thread.
    public long bytes() {
        try {
            file.seek(0);
            int length = file.read(text);
            int at = 0;
            while (text[at] != ' ') {
                at++;
            }
            long pages = 0;
            for (at++; at < length && text[at] >= '0' && text[at] <= '9'; at++) {
                pages = 10 * pages + text[at] - '0';
            }
            return pages * PAGE_BYTES;
        } catch (IOException failure) {
            throw new UncheckedIOException("the kernel does not tell: " + COUNTERS, failure);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
