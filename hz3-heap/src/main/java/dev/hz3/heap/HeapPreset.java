package dev.hz3.heap;

import dev.hz3.heap.supply.Shard;

/// Values of a few options that go together. Nothing else hangs on a preset: each option can be set beside it, and what it has not set is as in every heap.
///
/// | | `throughput` | `balanced` | `smallest` | because |
/// |---|---|---|---|---|
/// | `shards` | four a processor | four a processor | one a processor | fewer owners leave fewer segments half used |
/// | `cacheBytes` | 1 MiB | 256 KiB | 32 KiB | what a thread keeps of each size class |
/// | `largeCacheBytes` | 128 MiB | 32 MiB | 2 MiB | what a thread keeps of large blocks |
/// | `hugePages` | yes | yes | no | half of a huge page is resident without being used |
/// | `hugeAfterBytes` | 0 | 32 MiB | 32 MiB | huge pages from the first segment on make bursts cheaper |
/// | `delayEpochsBusy` | 40 | 4 | 0 | what rests two seconds, a fifth of a second, or not at all leaves a busy heap |
/// | `delayEpochsMost` | 40 | 40 | 0 | the rest grows while purging is regretted, or does not |
///
/// `-Ddev.hz3.preset=smallest` chooses one for all heaps of a process whose options come from [HeapOptions#builder()].
public enum HeapPreset {
    /// Keeps more, for longer: for processes that have the machine to themselves.
    THROUGHPUT(0, 1 << 20, 128L << 20, true, 0, 40, 40),
    /// The defaults.
    BALANCED(0, 256 << 10, 32L << 20, true, 32L << 20, 4, 40),
    /// Keeps little, and gives back at once: for processes that share a machine with others that want memory.
    SMALLEST(Runtime.getRuntime().availableProcessors(), 32 << 10, 2L << 20, false, 32L << 20, 0, 0);

    final int shards;
    final long cacheBytes;
    final long largeCacheBytes;
    final boolean hugePages;
    final long hugeAfterBytes;
    final int delayEpochsBusy;
    final int delayEpochsMost;

    HeapPreset(int shards, long cacheBytes, long largeCacheBytes, boolean hugePages, long hugeAfterBytes, int delayEpochsBusy, int delayEpochsMost) {
        this.shards = Math.min(shards, Shard.MOST);
        this.cacheBytes = cacheBytes;
        this.largeCacheBytes = largeCacheBytes;
        this.hugePages = hugePages;
        this.hugeAfterBytes = hugeAfterBytes;
        this.delayEpochsBusy = delayEpochsBusy;
        this.delayEpochsMost = delayEpochsMost;
    }
}
