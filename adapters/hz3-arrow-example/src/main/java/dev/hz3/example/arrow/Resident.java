package dev.hz3.example.arrow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/// Prints what this process holds, ten times a second, with the name of what it does at the moment.
final class Resident implements AutoCloseable {

    private static final long INTERVAL_NANOS = 100_000_000;
    private static final Path ROLLUP = Path.of("/proc/self/smaps_rollup");
    private static final Path STATM = Path.of("/proc/self/statm");
    private static final long PAGE_BYTES = 4096;

    private final LongSupplier usedBytes;
    private final long beganNanos = System.nanoTime();
    private final Thread thread;
    private volatile String phase = "start";
    private volatile boolean isClosed;

    Resident(LongSupplier usedBytes) {
        this.usedBytes = usedBytes;
        thread = Thread.ofPlatform().daemon().start(this::sampleUntilClosed);
    }

    void phase(String name) {
        phase = name;
    }

    /// Bytes that the process holds now, exactly.
    static long bytes() {
        try {
            for (String line : Files.readAllLines(ROLLUP)) {
                if (line.startsWith("Rss:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
                }
            }
            throw new IllegalStateException(ROLLUP + " has no Rss");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sampleUntilClosed() {
        while (!isClosed) {
            try {
                long resident = Long.parseLong(Files.readString(STATM).split(" ", -1)[1]) * PAGE_BYTES;
                System.out.println("sample " + (System.nanoTime() - beganNanos) / 1_000_000 + " " + phase + " " + resident + " " + usedBytes.getAsLong());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            LockSupport.parkNanos(this, INTERVAL_NANOS);
        }
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
