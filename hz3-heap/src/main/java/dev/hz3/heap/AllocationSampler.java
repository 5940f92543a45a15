package dev.hz3.heap;

import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Chooses blocks at random, one for each `sampleBytes` bytes that are allocated in the mean, and knows which of them are live and who allocated them.
///
///     allocate   chance 1 − e^(−bytes ÷ sampleBytes) ──▶ stack ──▶ table, by address
///     free       filter says "perhaps" ──▶ out of the table
///
/// Each byte has the same chance, so a block of `b` bytes that was chosen with chance `p` stands for `b ÷ p` bytes.
///
/// A heap with a sampler has no fast path: every block must pass here. A free needs no Java memory; a sample that there is no Java memory or no stack for is
/// not taken.
///
/// Threads: any. The filter is read without the lock: whoever frees a block got it from the one that allocated it, and so sees what was written then.
final class AllocationSampler {

    private static final int FILTER_BITS = 16;
    private static final int FIRST_SLOTS = 256; // a power of two
    private static final int MOST_FRAMES = 32;
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private final double sampleBytes;
    /// The names of the classes whose frames do not tell who wanted the block.
    private final Set<String> silent;
    /// How many samples there are of all addresses that have the same hash.
    private final short[] filter = new short[1 << FILTER_BITS];
    /// By the address's hash, or the next free slot behind it.
    private @Nullable AllocationSample[] slots = new AllocationSample[FIRST_SLOTS];
    private int size;

    /// A sampler of one block each `sampleBytes` bytes, 1 or more.
    ///
    /// @param ways the classes that lie between whoever wants a block and the sampler
    AllocationSampler(long sampleBytes, Class<?>... ways) {
        this.sampleBytes = sampleBytes;
        silent = Stream.concat(Stream.of(AllocationSampler.class, SegmentAllocator.class, Arena.class), Stream.of(ways))
                .map(Class::getName).collect(Collectors.toUnmodifiableSet());
        caller(); // what a stack needs of the virtual machine is there before the first operation
    }

    /// A block was allocated by the calling thread, which gets to see it afterwards.
    void allocated(long address, long byteSize) {
        double chance = -Math.expm1(-Math.max(byteSize, 1) / sampleBytes);
        if (ThreadLocalRandom.current().nextDouble() >= chance) {
            return;
        }
        try {
            long standsFor = Math.max(byteSize, Math.round(Math.max(byteSize, 1) / chance));
            put(new AllocationSample(address, byteSize, standsFor, Thread.currentThread().getName(), caller()));
        } catch (OutOfMemoryError | StackOverflowError shortOf) {
            // The application gets its block, and this one is not looked at.
        }
    }

    private List<StackTraceElement> caller() {
        StackTraceElement[] frames = new Throwable().getStackTrace();
        int first = 0;
        while (first < frames.length - 1 && silent.contains(frames[first].getClassName())) {
            first++;
        }
        return List.of(Arrays.copyOfRange(frames, first, Math.min(frames.length, first + MOST_FRAMES)));
    }

    /// The block at `address` is about to be freed.
    ///
    /// @return its sample, to be given to [#restore] if it is not freed after all; `null` for most blocks
    @Nullable AllocationSample freeing(long address) {
        return filter[hash(address, FILTER_BITS)] == 0 ? null : take(address);
    }

    private synchronized @Nullable AllocationSample take(long address) {
        int mask = slots.length - 1;
        int at = slot(address);
        AllocationSample sample = slots[at];
        while (sample != null && sample.address() != address) {
            at = at + 1 & mask;
            sample = slots[at];
        }
        if (sample == null) {
            return null;
        }
        filter[hash(address, FILTER_BITS)]--;
        size--;
        // Those behind it that were pushed away from where they belong move up, so that none is behind a gap.
        int gap = at;
        slots[gap] = null;
        for (at = gap + 1 & mask; ; at = at + 1 & mask) {
            AllocationSample next = slots[at];
            if (next == null) {
                return sample;
            }
            int home = slot(next.address());
            if ((at - home & mask) >= (at - gap & mask)) {
                slots[gap] = next;
                slots[at] = null;
                gap = at;
            }
        }
    }

    /// The block was not freed.
    void restore(AllocationSample sample) {
        try {
            put(sample);
        } catch (OutOfMemoryError full) {
            // Others have come in between, and there is no room for more: the block is looked at no longer.
        }
    }

    private synchronized void put(AllocationSample sample) {
        int hash = hash(sample.address(), FILTER_BITS);
        if (filter[hash] == Short.MAX_VALUE) {
            return;
        }
        if (size >= slots.length / 2) {
            grow();
        }
        insert(sample);
        size++;
        filter[hash]++;
    }

    private void grow() {
        @Nullable AllocationSample[] before = slots;
        slots = new AllocationSample[before.length * 2];
        for (AllocationSample sample : before) {
            if (sample != null) {
                insert(sample);
            }
        }
    }

    private void insert(AllocationSample sample) {
        int at = slot(sample.address());
        while (slots[at] != null) {
            at = at + 1 & slots.length - 1;
        }
        slots[at] = sample;
    }

    private int slot(long address) {
        return hash(address, Integer.numberOfTrailingZeros(slots.length));
    }

    private static int hash(long address, int bits) {
        return (int) (address * GOLDEN >>> Long.SIZE - bits);
    }

    /// The samples of the blocks that are live now, in no order.
    synchronized List<AllocationSample> live() {
        List<AllocationSample> live = new ArrayList<>(size);
        Arrays.stream(slots).filter(Objects::nonNull).forEach(live::add);
        return live;
    }
}
