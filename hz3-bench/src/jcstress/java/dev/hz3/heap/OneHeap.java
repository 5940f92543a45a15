package dev.hz3.heap;

import static dev.hz3.segment.Geometry.SEGMENT_BYTES;

import dev.hz3.bench.races.PaperMachine;
import dev.hz3.heap.cache.ThreadCache;
import dev.hz3.segment.SizeClasses;
import java.util.Objects;

/// A heap of a few segments on a machine of paper, without a clock, and the cache of a thread that does nothing by itself: whichever
/// thread of a test plays the owner goes in by [#ownersAllocate()] and [#ownersFree(long)], as that thread's calls of the heap would.
///
/// The tests extend it: they see what it has.
public class OneHeap {

    static final int BYTES = 16 << 10;
    static final int LARGE_BYTES = 200_000;

    final PaperMachine machine = new PaperMachine(4);
    final NativeHeap heap = new NativeHeap(
            HeapOptions.builder().reservedBytes(4 * SEGMENT_BYTES).maxBytes(4 * SEGMENT_BYTES).shards(1).clock(false).hugePages(false)
                    .slowPathsPerEpoch(0).build(),
            machine, 1, () -> 0);
    final ThreadCache cache = Objects.requireNonNull(heap.parts().caches().cacheOrCreate());
    /// Of the blocks that the owner allocates.
    final int sizeClass;

    OneHeap() {
        this(BYTES);
    }

    OneHeap(int bytes) {
        sizeClass = bytes == LARGE_BYTES ? -1 : SizeClasses.of(bytes);
        leave();
    }

    /// Lets the calling thread forget that it has used the heap: thousands of heaps would stay with each thread otherwise.
    @SuppressWarnings("NullAway") // no role is the role of real threads
    final void leave() {
        heap.parts().caches().play(null, null);
    }

    final long allocate(int bytes) {
        try {
            return heap.allocateAddress(bytes);
        } finally {
            leave();
        }
    }

    final long ownersAllocate() {
        return cache.allocate(sizeClass);
    }

    /// What the owner's `freeAddress` does, by whichever thread plays it.
    ///
    /// @return whether it was refused
    final boolean ownersFree(long address) {
        return !cache.free(heap.parts().map().table(), address) && free(address);
    }

    /// @return whether it was refused
    final boolean free(long address) {
        try {
            heap.freeAddress(address);
            return false;
        } catch (InvalidFreeException refused) {
            return true;
        } finally {
            leave();
        }
    }

    /// Lets the owner have died: a thread that was never started does not live.
    final void ownerDies() {
        cache.owner(new Thread(() -> {}));
    }

    /// What is wrong with the heap now that nobody is at work, when so many bytes should be live and so many frees were wrong; otherwise "sound".
    final String verdict(long live, long wrongFrees) {
        heap.trim();
        HeapStats stats = heap.stats();
        if (stats.liveBytes() != live) {
            return "liveBytes=" + stats.liveBytes();
        }
        if ((stats.violations() + stats.invalidFrees()) != wrongFrees) {
            return "violations=" + (stats.violations() + stats.invalidFrees());
        }
        if (stats.stepFailures() != 0) {
            return heap.lastFailure();
        }
        if (stats.cachedBytes() != 0 || stats.waitingPages() != 0 || live == 0 && stats.mappedBytes() != 0) {
            return "kept: cached=" + stats.cachedBytes() + ", waiting=" + stats.waitingPages() + ", mapped=" + stats.mappedBytes();
        }
        return "sound";
    }

    /// Returns the finding after two more blocks have shown that no block is handed out that is live: they differ from each other and from `block`.
    final String verdictWithLive(long block) {
        String before = verdict(SizeClasses.bytes(sizeClass), 0);
        if (!before.equals("sound")) {
            return before;
        }
        long one = ownersAllocate();
        long two = ownersAllocate();
        if (one == two || one == block || two == block) {
            return "a block was handed out twice";
        }
        return free(one) | free(two) | free(block) ? "a live block cannot be freed" : verdict(0, 0);
    }
}
