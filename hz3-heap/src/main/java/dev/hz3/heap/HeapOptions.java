package dev.hz3.heap;

import static dev.hz3.segment.Geometry.SEGMENT_BYTES;

import dev.hz3.epoch.EpochBudgets;
import dev.hz3.heap.cache.CacheLimits;
import dev.hz3.heap.supply.Shard;
import dev.hz3.medium.reclaim.ReclaimBudget;
import dev.hz3.release.ledger.PurgePlan;
import dev.hz3.retire.scan.RetireBudget;
import java.nio.file.Path;
import java.util.Optional;

/// The settings of a heap. Every number has a default, a range, and a reason; each can also be set by a system property `dev.hz3.` and its name,
/// for instance `-Ddev.hz3.maxBytes=1g`, which [#builder()] starts from. Bytes take the suffixes k, m, g and t.
///
/// @param reservedBytes address space to reserve, in bytes, from one segment to 16 TiB, of which 12.6 are used; addresses, not memory. Default 64 GiB
/// @param maxBytes the most bytes of pages that may be resident at once, at least as many as a segment has, bookkeeping not included; 0 = the least of the limits of the container, the process (`ulimit -d`, `-v`) and the machine, followed as they change. Default 0
/// @param softMaxBytes the bytes of resident pages beyond which the heap gives back everything that is free, and calls its observers, before it grows, each time that it has grown by a sixteenth; at least as many as a segment has; 0 = no such bound. Default 0
/// @param shards owners of segments and stock, 1 … 64; 0 = four a processor. Default 0
/// @param cacheBytes the most bytes that a thread keeps of each size class, 4 KiB … 64 MiB; but eight small blocks or two runs at least, and 32 KiB of a small class at most. Default 256 KiB
/// @param largeCacheBytes the most bytes that a thread keeps of blocks above 64 KiB, 0 … 1 GiB, and at most an eighth of `softMaxBytes`, or of the limit. Default 32 MiB: four blocks of 8 MiB
/// @param hugePages whether segments may be backed by huge pages, if the kernel has them. Default on
/// @param hugeAfterBytes the bytes of segments in use from which on huge pages are asked for, from 0: a small heap stays small. Default 32 MiB
/// @param release whether memory goes back at all; off, it is kept for ever. Default on
/// @param clock whether a daemon thread ticks. Default on
/// @param clockPeriodMillis the period of the clock while something waits, 1 … 60,000 ms. Default 50
/// @param slowPathsPerEpoch the slow paths after which a thread ticks, but no more often than the clock's period, 0 = never … 2^30. Default 1024, the ancestor's
/// @param idleEvents slow paths between two epochs that still count as idle, 0 … 2^30. Default 16
/// @param delayEpochsIdle the rest of freed pages in epochs while idle, 0 … 1000. Default 0
/// @param delayEpochsBusy the least rest of freed pages in epochs while busy. Default 4
/// @param delayEpochsMost the most epochs to which the rest may grow while purging is regretted, 0 … 1000; 0 = it does not grow. Default 40: two seconds
/// @param faultsPerMiBSecond the page faults that holding a MiB for a second is worth, 1 … 2^20: the rest grows until holding has cost as much as faulting in would. Default 512: half a second
/// @param reclaimBudgetRuns medium runs that a tick reclaims while busy, or a quarter of the backlog if that is more, 0 … 2^30. Default 256, the design note's
/// @param reclaimBudgetPages medium runs that a tick reclaims while busy, in pages. Default 65,536
/// @param idleReclaimBudgetRuns medium runs that a tick reclaims while idle. Default 1,048,576: the whole backlog
/// @param retireBudgetPages small pages that a tick retires while busy, or a quarter of the backlog if that is more, 0 … 2^30. Default 512
/// @param purgeBudgetPages pages that a tick purges while busy, or a quarter of the backlog if that is more, 0 … 2^30. Default 4,096
/// @param purgeBudgetCalls purge calls of a tick while busy, or a quarter of the backlog if that is more, 0 … 2^30. Default 16
/// @param idlePurgeBudgetPages pages that a tick purges while idle. Default 262,144
/// @param idlePurgeBudgetCalls purge calls of a tick while idle. Default 4,096
/// @param eagerPercent the percentage of `softMaxBytes`, or of the limit, from which on a busy heap gives back without waiting, 1 … 100. Default 87
/// @param hardened whether each block is guarded: for finding damage, not for speed. Default off
/// @param sampleBytes the allocated bytes of which one block, at random, is remembered with the stack that allocated it, for [NativeHeap#liveSamples()], 1 KiB … 1 TiB; 0 = none. A heap with samples has no fast path: at 512k a pair of 64 bytes takes four to five times as long, one of 16 KiB twenty to thirty times. Default 0
/// @param statsAtExit whether the ancestor's lines are printed once, when the heap is closed or the process ends. Default off
/// @param recordTo the file to which everything that the heap is asked for is recorded, for `hz3-bench replay`; a file that there is already is not written over: the second heap goes to `name-2`, and so on. A heap that records has no fast path. Default none
public record HeapOptions(
        long reservedBytes,
        long maxBytes,
        long softMaxBytes,
        int shards,
        long cacheBytes,
        long largeCacheBytes,
        boolean hugePages,
        long hugeAfterBytes,
        boolean release,
        boolean clock,
        int clockPeriodMillis,
        int slowPathsPerEpoch,
        int idleEvents,
        int delayEpochsIdle,
        int delayEpochsBusy,
        int delayEpochsMost,
        int faultsPerMiBSecond,
        int reclaimBudgetRuns,
        int reclaimBudgetPages,
        int idleReclaimBudgetRuns,
        int retireBudgetPages,
        int purgeBudgetPages,
        int purgeBudgetCalls,
        int idlePurgeBudgetPages,
        int idlePurgeBudgetCalls,
        int eagerPercent,
        boolean hardened,
        long sampleBytes,
        boolean statsAtExit,
        Optional<Path> recordTo) {

    private static final int MANY = 1 << 30;
    private static final int MOST_FAULTS = 1 << 20;
    private static final long MIN_SAMPLE = 1 << 10;
    private static final long MAX_SAMPLE = 1L << 40;
    private static final long MAX_RESERVED = 16L << 40;
    /// All that one thread keeps of large blocks is at most this part of what the heap may have.
    private static final int LARGE_SHARE = 8;

    /// Checks that each number is in its range.
    ///
    /// @throws IllegalArgumentException if a field is out of its range; the message names the first, its value and the range
    public HeapOptions {
        check("reservedBytes", reservedBytes, SEGMENT_BYTES, MAX_RESERVED);
        check("maxBytes", maxBytes, 0, Long.MAX_VALUE);
        if (maxBytes != 0) {
            check("maxBytes", maxBytes, SEGMENT_BYTES, Long.MAX_VALUE);
        }
        check("softMaxBytes", softMaxBytes, 0, Long.MAX_VALUE);
        if (softMaxBytes != 0) {
            check("softMaxBytes", softMaxBytes, SEGMENT_BYTES, Long.MAX_VALUE);
        }
        check("shards", shards, 0, Shard.MOST);
        check("cacheBytes", cacheBytes, 4096, 64L << 20);
        check("largeCacheBytes", largeCacheBytes, 0, 1L << 30);
        check("hugeAfterBytes", hugeAfterBytes, 0, Long.MAX_VALUE);
        check("clockPeriodMillis", clockPeriodMillis, 1, 60_000);
        check("slowPathsPerEpoch", slowPathsPerEpoch, 0, MANY);
        check("idleEvents", idleEvents, 0, MANY);
        check("delayEpochsIdle", delayEpochsIdle, 0, 1000);
        check("delayEpochsBusy", delayEpochsBusy, 0, 1000);
        check("delayEpochsMost", delayEpochsMost, 0, 1000);
        check("faultsPerMiBSecond", faultsPerMiBSecond, 1, MOST_FAULTS);
        check("reclaimBudgetRuns", reclaimBudgetRuns, 0, MANY);
        check("reclaimBudgetPages", reclaimBudgetPages, 0, MANY);
        check("idleReclaimBudgetRuns", idleReclaimBudgetRuns, 0, MANY);
        check("retireBudgetPages", retireBudgetPages, 0, MANY);
        check("purgeBudgetPages", purgeBudgetPages, 0, MANY);
        check("purgeBudgetCalls", purgeBudgetCalls, 0, MANY);
        check("idlePurgeBudgetPages", idlePurgeBudgetPages, 0, MANY);
        check("idlePurgeBudgetCalls", idlePurgeBudgetCalls, 0, MANY);
        check("eagerPercent", eagerPercent, 1, 100);
        check("sampleBytes", sampleBytes, 0, MAX_SAMPLE);
        if (sampleBytes != 0) {
            check("sampleBytes", sampleBytes, MIN_SAMPLE, MAX_SAMPLE);
        }
    }

    private static void check(String field, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(field + "=" + value + ": not in " + least + " … " + most);
        }
    }

    /// Returns what caches may keep in a heap that may have `limitBytes` of pages. A heap that looks at each block has no fast path.
    CacheLimits cacheLimits(long limitBytes) {
        return new CacheLimits(cacheBytes, Math.min(largeCacheBytes, limitBytes / LARGE_SHARE), slowPathsPerEpoch, !looksAtEachBlock());
    }

    /// Whether each operation must look at its block.
    boolean looksAtEachBlock() {
        return hardened || sampleBytes != 0 || recordTo.isPresent();
    }

    EpochBudgets idleBudgets() {
        return new EpochBudgets(
                RetireBudget.ALL,
                new ReclaimBudget(idleReclaimBudgetRuns, Long.MAX_VALUE, false),
                new PurgePlan(delayEpochsIdle, idlePurgeBudgetPages, idlePurgeBudgetCalls));
    }

    /// Returns a builder with the defaults, changed by the system properties `dev.hz3.*` that are set. A property that no option has is reported on the error output, once.
    ///
    /// @throws IllegalArgumentException if a property is not of its kind
    public static Builder builder() {
        return builder(HeapPreset.BALANCED);
    }

    /// Returns a builder with the values of a preset, or of the one that `-Ddev.hz3.preset` names, changed by the system properties `dev.hz3.*` that are set.
    ///
    /// @throws IllegalArgumentException if a property is not of its kind
    public static Builder builder(HeapPreset preset) {
        return new Builder(preset);
    }

    /// Collects options; to be used by one thread at a time. Each setter has the meaning and range of the component of its name.
    public static final class Builder {
        private long reservedBytes;
        private long maxBytes;
        private long softMaxBytes;
        private int shards;
        private long cacheBytes;
        private long largeCacheBytes;
        private boolean hugePages;
        private long hugeAfterBytes;
        private boolean release;
        private boolean clock;
        private int clockPeriodMillis;
        private int slowPathsPerEpoch;
        private int idleEvents;
        private int delayEpochsIdle;
        private int delayEpochsBusy;
        private int delayEpochsMost;
        private int faultsPerMiBSecond;
        private int reclaimBudgetRuns;
        private int reclaimBudgetPages;
        private int idleReclaimBudgetRuns;
        private int retireBudgetPages;
        private int purgeBudgetPages;
        private int purgeBudgetCalls;
        private int idlePurgeBudgetPages;
        private int idlePurgeBudgetCalls;
        private int eagerPercent;
        private boolean hardened;
        private long sampleBytes;
        private boolean statsAtExit;
        private Optional<Path> recordTo;

        private Builder(HeapPreset chosen) {
            OptionProperties properties = new OptionProperties();
            HeapPreset preset = properties.preset(chosen);
            reservedBytes = properties.bytes("reservedBytes", 64L << 30);
            maxBytes = properties.bytes("maxBytes", 0);
            softMaxBytes = properties.bytes("softMaxBytes", 0);
            shards = properties.number("shards", preset.shards);
            cacheBytes = properties.bytes("cacheBytes", preset.cacheBytes);
            largeCacheBytes = properties.bytes("largeCacheBytes", preset.largeCacheBytes);
            hugePages = properties.flag("hugePages", preset.hugePages);
            hugeAfterBytes = properties.bytes("hugeAfterBytes", preset.hugeAfterBytes);
            release = properties.flag("release", true);
            clock = properties.flag("clock", true);
            clockPeriodMillis = properties.number("clockPeriodMillis", 50);
            slowPathsPerEpoch = properties.number("slowPathsPerEpoch", 1024);
            idleEvents = properties.number("idleEvents", 16);
            delayEpochsIdle = properties.number("delayEpochsIdle", 0);
            delayEpochsBusy = properties.number("delayEpochsBusy", preset.delayEpochsBusy);
            delayEpochsMost = properties.number("delayEpochsMost", preset.delayEpochsMost);
            faultsPerMiBSecond = properties.number("faultsPerMiBSecond", 512);
            reclaimBudgetRuns = properties.number("reclaimBudgetRuns", 256);
            reclaimBudgetPages = properties.number("reclaimBudgetPages", 1 << 16);
            idleReclaimBudgetRuns = properties.number("idleReclaimBudgetRuns", 1 << 20);
            retireBudgetPages = properties.number("retireBudgetPages", 512);
            purgeBudgetPages = properties.number("purgeBudgetPages", 1 << 12);
            purgeBudgetCalls = properties.number("purgeBudgetCalls", 16);
            idlePurgeBudgetPages = properties.number("idlePurgeBudgetPages", 1 << 18);
            idlePurgeBudgetCalls = properties.number("idlePurgeBudgetCalls", 1 << 12);
            eagerPercent = properties.number("eagerPercent", 87);
            hardened = properties.flag("hardened", false);
            sampleBytes = properties.bytes("sampleBytes", 0);
            statsAtExit = properties.flag("statsAtExit", false);
            recordTo = properties.file("recordTo");
            properties.reportUnknown();
        }

        /// Sets [HeapOptions#reservedBytes()].
        public Builder reservedBytes(long reservedBytes) {
            this.reservedBytes = reservedBytes;
            return this;
        }

        /// Sets [HeapOptions#maxBytes()].
        public Builder maxBytes(long maxBytes) {
            this.maxBytes = maxBytes;
            return this;
        }

        /// Sets [HeapOptions#softMaxBytes()].
        public Builder softMaxBytes(long softMaxBytes) {
            this.softMaxBytes = softMaxBytes;
            return this;
        }

        /// Sets [HeapOptions#shards()].
        public Builder shards(int shards) {
            this.shards = shards;
            return this;
        }

        /// Sets [HeapOptions#cacheBytes()].
        public Builder cacheBytes(long cacheBytes) {
            this.cacheBytes = cacheBytes;
            return this;
        }

        /// Sets [HeapOptions#largeCacheBytes()].
        public Builder largeCacheBytes(long largeCacheBytes) {
            this.largeCacheBytes = largeCacheBytes;
            return this;
        }

        /// Sets [HeapOptions#hugePages()].
        public Builder hugePages(boolean hugePages) {
            this.hugePages = hugePages;
            return this;
        }

        /// Sets [HeapOptions#hugeAfterBytes()].
        public Builder hugeAfterBytes(long hugeAfterBytes) {
            this.hugeAfterBytes = hugeAfterBytes;
            return this;
        }

        /// Sets [HeapOptions#release()].
        public Builder release(boolean release) {
            this.release = release;
            return this;
        }

        /// Sets [HeapOptions#clock()].
        public Builder clock(boolean clock) {
            this.clock = clock;
            return this;
        }

        /// Sets [HeapOptions#clockPeriodMillis()].
        public Builder clockPeriodMillis(int clockPeriodMillis) {
            this.clockPeriodMillis = clockPeriodMillis;
            return this;
        }

        /// Sets [HeapOptions#slowPathsPerEpoch()].
        public Builder slowPathsPerEpoch(int slowPathsPerEpoch) {
            this.slowPathsPerEpoch = slowPathsPerEpoch;
            return this;
        }

        /// Sets [HeapOptions#idleEvents()].
        public Builder idleEvents(int idleEvents) {
            this.idleEvents = idleEvents;
            return this;
        }

        /// Sets [HeapOptions#delayEpochsIdle()].
        public Builder delayEpochsIdle(int delayEpochsIdle) {
            this.delayEpochsIdle = delayEpochsIdle;
            return this;
        }

        /// Sets [HeapOptions#delayEpochsBusy()].
        public Builder delayEpochsBusy(int delayEpochsBusy) {
            this.delayEpochsBusy = delayEpochsBusy;
            return this;
        }

        /// Sets [HeapOptions#delayEpochsMost()].
        public Builder delayEpochsMost(int delayEpochsMost) {
            this.delayEpochsMost = delayEpochsMost;
            return this;
        }

        /// Sets [HeapOptions#faultsPerMiBSecond()].
        public Builder faultsPerMiBSecond(int faultsPerMiBSecond) {
            this.faultsPerMiBSecond = faultsPerMiBSecond;
            return this;
        }

        /// Sets [HeapOptions#reclaimBudgetRuns()].
        public Builder reclaimBudgetRuns(int reclaimBudgetRuns) {
            this.reclaimBudgetRuns = reclaimBudgetRuns;
            return this;
        }

        /// Sets [HeapOptions#reclaimBudgetPages()].
        public Builder reclaimBudgetPages(int reclaimBudgetPages) {
            this.reclaimBudgetPages = reclaimBudgetPages;
            return this;
        }

        /// Sets [HeapOptions#idleReclaimBudgetRuns()].
        public Builder idleReclaimBudgetRuns(int idleReclaimBudgetRuns) {
            this.idleReclaimBudgetRuns = idleReclaimBudgetRuns;
            return this;
        }

        /// Sets [HeapOptions#retireBudgetPages()].
        public Builder retireBudgetPages(int retireBudgetPages) {
            this.retireBudgetPages = retireBudgetPages;
            return this;
        }

        /// Sets [HeapOptions#purgeBudgetPages()].
        public Builder purgeBudgetPages(int purgeBudgetPages) {
            this.purgeBudgetPages = purgeBudgetPages;
            return this;
        }

        /// Sets [HeapOptions#purgeBudgetCalls()].
        public Builder purgeBudgetCalls(int purgeBudgetCalls) {
            this.purgeBudgetCalls = purgeBudgetCalls;
            return this;
        }

        /// Sets [HeapOptions#idlePurgeBudgetPages()].
        public Builder idlePurgeBudgetPages(int idlePurgeBudgetPages) {
            this.idlePurgeBudgetPages = idlePurgeBudgetPages;
            return this;
        }

        /// Sets [HeapOptions#idlePurgeBudgetCalls()].
        public Builder idlePurgeBudgetCalls(int idlePurgeBudgetCalls) {
            this.idlePurgeBudgetCalls = idlePurgeBudgetCalls;
            return this;
        }

        /// Sets [HeapOptions#eagerPercent()].
        public Builder eagerPercent(int eagerPercent) {
            this.eagerPercent = eagerPercent;
            return this;
        }

        /// Sets [HeapOptions#hardened()].
        public Builder hardened(boolean hardened) {
            this.hardened = hardened;
            return this;
        }

        /// Sets [HeapOptions#sampleBytes()].
        public Builder sampleBytes(long sampleBytes) {
            this.sampleBytes = sampleBytes;
            return this;
        }

        /// Sets [HeapOptions#statsAtExit()].
        public Builder statsAtExit(boolean statsAtExit) {
            this.statsAtExit = statsAtExit;
            return this;
        }

        /// Sets [HeapOptions#recordTo()].
        public Builder recordTo(Path recordTo) {
            this.recordTo = Optional.of(recordTo);
            return this;
        }

        /// Returns the options.
        ///
        /// @throws IllegalArgumentException if a field is out of its range; the message names it
        public HeapOptions build() {
            return new HeapOptions(reservedBytes, maxBytes, softMaxBytes, shards, cacheBytes, largeCacheBytes, hugePages, hugeAfterBytes, release, clock, clockPeriodMillis,
                    slowPathsPerEpoch,
                    idleEvents, delayEpochsIdle, delayEpochsBusy, delayEpochsMost, faultsPerMiBSecond, reclaimBudgetRuns, reclaimBudgetPages, idleReclaimBudgetRuns,
                    retireBudgetPages, purgeBudgetPages, purgeBudgetCalls, idlePurgeBudgetPages, idlePurgeBudgetCalls,
                    eagerPercent, hardened, sampleBytes, statsAtExit, recordTo);
        }
    }
}
