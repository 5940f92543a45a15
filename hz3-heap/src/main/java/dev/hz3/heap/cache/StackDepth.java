package dev.hz3.heap.cache;

import dev.hz3.segment.SizeClasses;

/// Decides how many blocks of a class a thread keeps: few at first, twice as many each time that its stack has proved too short, up to a limit in bytes.
///
///     start ──▶ 2 · start ──▶ … ──▶ most
///
/// Threads: any; nothing here changes.
final class StackDepth {

    /// The most blocks of any class.
    static final int MAX_BLOCKS = 256;
    private static final int MAX_RUNS = 64;
    private static final int MIN_BLOCKS = 2;
    private static final int START_BYTES = 32 << 10;
    private static final int SMALL_START_BLOCKS = 8;
    /// More bytes of a small class were worth nothing: trial 0015.
    private static final int SMALL_CACHE_BYTES = 32 << 10;

    private final long cacheBytes;

    /// @param cacheBytes the most bytes of each class
    StackDepth(long cacheBytes) {
        this.cacheBytes = cacheBytes;
    }

    /// The depth after `depth`, which has proved too short.
    int next(int sizeClass, int depth) {
        int bytes = SizeClasses.bytes(sizeClass);
        boolean isMedium = SizeClasses.isMedium(sizeClass);
        int most = isMedium
                ? Math.clamp(cacheBytes / bytes, MIN_BLOCKS, MAX_RUNS)
                : Math.clamp(Math.min(cacheBytes, SMALL_CACHE_BYTES) / bytes, SMALL_START_BLOCKS, MAX_BLOCKS);
        int start = isMedium ? Math.clamp(START_BYTES / bytes, MIN_BLOCKS, most) : SMALL_START_BLOCKS;
        return Math.max(depth, depth == 0 ? start : Math.min(most, 2 * depth));
    }

    /// The depth of a stack that is armed again by a free.
    static int rearmed(int sizeClass) {
        return SizeClasses.isMedium(sizeClass) ? MIN_BLOCKS : SMALL_START_BLOCKS;
    }
}
