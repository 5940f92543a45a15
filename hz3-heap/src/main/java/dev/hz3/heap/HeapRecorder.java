package dev.hz3.heap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/// Writes what a heap is asked for into a file that `hz3-bench replay` reads.
///
///     allocate   the heap has a block ──▶ written, with the next number ──▶ the caller gets it
///     free       written, with the block's number ──▶ the heap frees it
///
/// So a free is written before the allocation that uses its address again. What is refused is not written; an arena shows as the chunks that it takes of the
/// heap. All of it happens under one lock, and a heap that records has no fast path: what is measured by a replay of the recording, not while recording, is
/// the load. Only growing tables allocate.
///
/// A failure, such as a full disk, ends the recording and is said on the error output; the heap goes on.
///
/// Threads: any.
final class HeapRecorder {

    private static final int ALLOC = 0;
    private static final int FREE = 2;
    private static final int ALIGNED = 4;
    /// What each block has without asking.
    private static final long USUAL_ALIGNMENT = 16;
    private static final int THREAD_BITS = 16;
    private static final int MOST_THREADS = 1 << THREAD_BITS;
    private static final long THREAD_MASK = MOST_THREADS - 1;
    /// As many events as a replay reads.
    private static final long MOST_EVENTS = 1L << 28;
    private static final long NANOS_PER_TICK = 1000L * RecordingHeader.MICROS_PER_TICK;

    private final RecordingFile file;
    private final LongSupplier nanoTime;
    private final long begun;
    /// Address → number of the block and thread that allocated it, size as asked for.
    private final RecordTable blocks = new RecordTable();
    /// Number of a thread → its number in the recording.
    private final RecordTable threads = new RecordTable();
    private boolean isOver;
    private long objects;
    private long frees;
    private long crossFrees;
    private long liveBytes;
    private long peakLiveBytes;
    private long peakLiveObjects;
    private long totalBytes;
    private long mediumBytes;

    HeapRecorder(RecordingFile file, LongSupplier nanoTime) {
        this.file = file;
        this.nanoTime = nanoTime;
        begun = nanoTime.getAsLong();
    }

    /// Begins a recording.
    ///
    /// @throws UncheckedIOException if the file cannot be written; the message names it
    static HeapRecorder begin(Path path, LongSupplier nanoTime) {
        try {
            return new HeapRecorder(RecordingFile.create(path), nanoTime);
        } catch (IOException failure) {
            throw new UncheckedIOException("recordTo=" + path + ": cannot be written: " + failure, failure);
        }
    }

    /// Writes that the calling thread has been given the block at `address`.
    ///
    /// @param byteSize as asked for
    /// @param byteAlignment as asked for
    synchronized void allocated(long address, long byteSize, long byteAlignment) {
        if (isOver) {
            return;
        }
        try {
            int thread = thread();
            blocks.add(address, objects << THREAD_BITS | thread, byteSize);
            file.event(byteAlignment > USUAL_ALIGNMENT ? ALIGNED : ALLOC, thread, tick());
            file.number(byteSize);
            if (byteAlignment > USUAL_ALIGNMENT) {
                file.octet(Long.numberOfTrailingZeros(byteAlignment));
            }
            objects++;
            totalBytes += byteSize;
            mediumBytes += byteSize >= 4 << 10 && byteSize <= 32 << 10 ? byteSize : 0;
            liveBytes += byteSize;
            peakLiveBytes = Math.max(peakLiveBytes, liveBytes);
            peakLiveObjects = Math.max(peakLiveObjects, blocks.size());
            finishIfFull();
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError failure) {
            breakOff(failure);
        }
    }

    /// Writes that the calling thread is about to free the block at `address`, if one begins there.
    synchronized void freeing(long address) {
        if (isOver) {
            return;
        }
        try {
            int slot = blocks.find(address);
            if (slot == RecordTable.NONE) {
                return; // the heap will refuse it
            }
            int thread = thread();
            long object = blocks.first(slot) >>> THREAD_BITS;
            crossFrees += (blocks.first(slot) & THREAD_MASK) == thread ? 0 : 1;
            liveBytes -= blocks.second(slot);
            blocks.remove(slot);
            file.event(FREE, thread, tick());
            file.number(objects - object);
            frees++;
            finishIfFull();
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError failure) {
            breakOff(failure);
        }
    }

    /// Threads beyond the most that a recording tells apart share their numbers.
    private int thread() {
        long id = Thread.currentThread().threadId();
        int slot = threads.find(id);
        if (slot != RecordTable.NONE) {
            return (int) threads.first(slot);
        }
        if (threads.size() == MOST_THREADS) {
            return (int) (id & THREAD_MASK);
        }
        threads.add(id, threads.size(), 0);
        return threads.size() - 1;
    }

    private long tick() {
        return (nanoTime.getAsLong() - begun) / NANOS_PER_TICK;
    }

    private void finishIfFull() {
        if (objects + frees == MOST_EVENTS) {
            finish();
            say("hz3: the recording " + file.path() + " is whole and ended: it has " + MOST_EVENTS + " events, as many as a replay reads");
        }
    }

    /// Ends the recording and makes the file whole. Harmless to repeat.
    synchronized void finish() {
        if (isOver) {
            return;
        }
        try {
            isOver = true;
            file.finish(new RecordingHeader(objects + frees, objects, frees, crossFrees, peakLiveBytes, peakLiveObjects, totalBytes, mediumBytes, threads.size(),
                    (int) tick()));
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError failure) {
            breakOff(failure);
        }
    }

    /// Ends a recording that nobody wants, with its file.
    synchronized void discard() {
        isOver = true;
        file.abandon();
        try {
            Files.deleteIfExists(file.path());
        } catch (IOException e) {
            // An empty recording stays.
        }
    }

    private void breakOff(Throwable failure) {
        try {
            isOver = true;
            file.abandon();
            say("hz3: the recording " + file.path() + " ended after " + (objects + frees) + " events and cannot be replayed: " + failure);
        } catch (OutOfMemoryError | StackOverflowError tooLittle) {
            // There is no room to say it. What matters is that the allocation goes on.
        }
    }

    private static void say(String what) {
        System.err.println(what);
    }
}
