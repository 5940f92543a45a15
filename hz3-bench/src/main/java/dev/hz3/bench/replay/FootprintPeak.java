package dev.hz3.bench.replay;

import dev.hz3.bench.observe.ProcessMemory;
import dev.hz3.bench.observe.ResidentCounter;
import dev.hz3.bench.peers.AbsentAllocatorException;
import dev.hz3.bench.peers.AllocatorChoice;
import dev.hz3.bench.peers.BenchAllocator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The most that a process held while one worker replayed a recording, and when.
///
/// @param event the number of events after which it held so much, to [#EVENTS_PER_LOOK]
/// @param processBytes what it held then, by the kernel's high-water mark
/// @param baseBytes what it held before there was an allocator: the virtual machine, the recording, and the arrays of its replay
public record FootprintPeak(int event, long processBytes, long baseBytes) {

    /// How many events lie between two looks.
    static final int EVENTS_PER_LOOK = 256;

    /// Replays all of `trace`, once, in a process that has done nothing else.
    ///
    /// @throws AbsentAllocatorException if the allocator is not here
    public static FootprintPeak find(Trace trace, AllocatorChoice choice) throws AbsentAllocatorException {
        Late late = new Late();
        TraceReplay replay = new TraceReplay(trace, late, false);
        System.gc(); // what reading has left
        long base = ProcessMemory.measure().heldBytes();
        try (BenchAllocator allocator = choice.open(); ResidentCounter counter = new ResidentCounter()) {
            late.opened = allocator;
            ProcessMemory.forgetPeak();
            int peakEvent = 0;
            long most = 0;
            for (int event = 0; event < trace.events(); event += EVENTS_PER_LOOK) {
                int end = Math.min(event + EVENTS_PER_LOOK, trace.events());
                replay.play(event, end);
                long resident = counter.bytes();
                if (resident > most) {
                    most = resident;
                    peakEvent = end;
                }
            }
            return new FootprintPeak(peakEvent, ProcessMemory.peakResidentBytes(), base);
        }
    }

    /// An allocator that is opened after everything else is there.
    private static final class Late implements BenchAllocator {
        private @Nullable BenchAllocator opened;

        private BenchAllocator opened() {
            return Objects.requireNonNull(opened);
        }

        @Override
        public String name() {
            return opened().name();
        }

        @Override
        public long allocate(long bytes) {
            return opened().allocate(bytes);
        }

        @Override
        public void free(long address) {
            opened().free(address);
        }
    }
}
