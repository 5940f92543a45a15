package example.filemapping;

import dev.hz3.os.HugePageMode;
import dev.hz3.os.LinuxSystem;
import dev.hz3.os.OperatingSystem;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A machine whose memory is a file: what is reserved is mapped, and what is purged reads as zero again. The tables of the boxes stay in plain memory.
///
/// One range at a time; a purge is for ranges of it. How the blocks of the file come back to the file system is for whoever has a call for it.
public final class FileMemory implements OperatingSystem {

    private final OperatingSystem tables = LinuxSystem.open();
    private final Path file;
    private final Arena arena = Arena.ofShared();
    private MemorySegment mapped = MemorySegment.NULL;
    private long purgedBytes;

    /// A memory in `file`, which is made.
    public FileMemory(Path file) {
        this.file = file;
    }

    @Override
    public int pageBytes() {
        return tables.pageBytes();
    }

    @Override
    public HugePageMode hugePageMode() {
        return HugePageMode.NEVER;
    }

    @Override
    public long memoryLimitBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public ReservedRange reserve(long wantedBytes, long leastBytes, long alignmentBytes) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, wantedBytes + alignmentBytes, arena);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long base = mapped.address() + alignmentBytes - 1 & -alignmentBytes;
        return new ReservedRange(base, wantedBytes, mapped.asSlice(base - mapped.address(), wantedBytes));
    }

    @Override
    public ReservedRange reserveTable(long bytes) {
        return tables.reserveTable(bytes);
    }

    @Override
    public void unreserve(ReservedRange range) {
        if (isTable(range)) {
            tables.unreserve(range);
        } else {
            arena.close();
        }
    }

    @Override
    public void commit(ReservedRange range, long address, long bytes) {
        if (isTable(range)) {
            tables.commit(range, address, bytes); // a file is there as soon as it is mapped
        }
    }

    @Override
    public MemorySegment view(ReservedRange range, long address, long bytes, Arena life) {
        return isTable(range) ? tables.view(range, address, bytes, life) : range.memory().asSlice(address - range.base(), bytes);
    }

    @Override
    public int purge(PurgeBatch batch) {
        batch.unmarkAll();
        for (int i = 0; i < batch.size(); i++) {
            long offset = batch.address(i) - mapped.address();
            if (offset >= 0 && offset < mapped.byteSize()) {
                mapped.asSlice(offset, batch.bytes(i)).fill((byte) 0);
                purgedBytes += batch.bytes(i);
            }
            batch.markPurged(i);
        }
        return batch.size();
    }

    @Override
    public boolean advise(ReservedRange range, long address, long bytes, Advice advice) {
        return false;
    }

    @Override
    public long residentBytes(ReservedRange range, long address, long bytes) {
        throw new IllegalStateException("a file is where it is");
    }

    @Override
    public long processResidentBytes() {
        return tables.processResidentBytes();
    }

    @Override
    public boolean fenceAllThreads() {
        return tables.fenceAllThreads();
    }

    @Override
    public void close() {
        tables.close();
    }

    /// What was purged until now.
    public long purgedBytes() {
        return purgedBytes;
    }

    private boolean isTable(ReservedRange range) {
        long offset = range.base() - mapped.address();
        return offset < 0 || offset >= mapped.byteSize();
    }
}
