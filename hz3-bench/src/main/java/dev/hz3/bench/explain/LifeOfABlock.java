package dev.hz3.bench.explain;

import dev.hz3.bench.observe.Mebibytes;
import dev.hz3.bench.observe.ProcessMemory;
import dev.hz3.bench.peers.RawMemory;
import dev.hz3.heap.HeapObserver;
import dev.hz3.heap.HeapOptions;
import dev.hz3.heap.HeapStats;
import dev.hz3.heap.NativeHeap;
import dev.hz3.heap.ObservedSegment;
import dev.hz3.heap.UpkeepTick;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// Lives through it: one thread, a heap of its own, and no clock, so that each tick of upkeep happens when the story has come to it.
public final class LifeOfABlock {

    private static final int BLOCK_BYTES = 16 << 10;
    private static final int BLOCKS = 4096;
    private static final int PAIRS = 1_000_000;
    private static final int PAGE_BYTES = 4096;
    private static final int MOST_TICKS = 1000;
    private static final double NANOS_PER_MICRO = 1e3;

    private final List<Step> steps = new ArrayList<>();
    private final List<UpkeepTick> ticks = new ArrayList<>();
    private final long baseBytes;
    private int opened;
    private int closed;

    private LifeOfABlock() {
        live(new long[8]); // code and classes are there before anything is measured
        steps.clear();
        ticks.clear();
        opened = 0;
        closed = 0;
        System.gc();
        baseBytes = ProcessMemory.sampleAnonymousBytes();
    }

    /// All of it.
    public static List<Step> steps() {
        LifeOfABlock life = new LifeOfABlock();
        life.live(new long[BLOCKS]);
        return List.copyOf(life.steps);
    }

    private void live(long[] blocks) {
        HeapOptions options = HeapOptions.builder().clock(false).slowPathsPerEpoch(0).build();
        try (NativeHeap heap = NativeHeap.create(options)) {
            Runnable unwatched = heap.observe(new HeapObserver() {
                @Override
                public void ticked(UpkeepTick tick) {
                    ticks.add(tick);
                }

                @Override
                public void segmentOpened(ObservedSegment segment) {
                    opened++;
                }

                @Override
                public void segmentClosed(ObservedSegment segment) {
                    closed++;
                }
            });
            birth(heap, options);
            long first = allocate(heap);
            free(heap, first);
            again(heap, first);
            burst(heap, blocks);
            freeAll(heap, blocks);
            firstTick(heap);
            furtherTicks(heap);
            account(heap);
            unwatched.run();
        }
    }

    private void birth(NativeHeap heap, HeapOptions options) {
        tell("A heap is born",
                "Address space is reserved, and nothing else: no page of it is resident, no segment is open. What a class does once, it has done now.",
                List.of("NativeHeap.create", "LinuxSystem.reserve", "AddressMap"),
                "reserved", mebibytes(options.reservedBytes()), "resident pages of blocks", mebibytes(heap.residentBytes()), "tables outside the Java heap",
                mebibytes(heap.stats().bookkeepingBytes()));
    }

    private long allocate(NativeHeap heap) {
        long begun = System.nanoTime();
        long address = heap.allocateAddress(BLOCK_BYTES);
        long nanos = System.nanoTime() - begun;
        tell("A block is allocated, the slow way",
                "16 KiB is four pages, a class of its own. The thread's cache has none, and neither has its shard's stock, so a segment of 2 MiB is opened and four free pages of it are claimed. "
                        + "They are not resident before somebody touches them.",
                List.of("NativeHeap.allocateAddress", "SizeClasses.of", "CacheTable.cacheOrCreate", "ThreadCache.allocate", "RunSupply.fill",
                        "CentralBins.pop", "PackPool.tightest", "SegmentSupply.open",
                        "ReleaseBoundary.claim", "BlockStates.handOut"),
                "address", "0x" + Long.toHexString(address), "usable bytes", count(heap.usableSize(address)), "segments opened", count(opened), "mapped",
                mebibytes(heap.stats().mappedBytes()), "time", micros(nanos));
        RawMemory.fill(address, BLOCK_BYTES, (byte) 1);
        return address;
    }

    private void free(NativeHeap heap, long address) {
        long begun = System.nanoTime();
        heap.freeAddress(address);
        long nanos = System.nanoTime() - begun;
        HeapStats stats = heap.stats();
        tell("It is freed, into the thread's cache",
                "Its page word says which run it is of, the run's state that it is live and this thread's: it is pushed onto the stack of its class. "
                        + "No lock, no system call, no atomic instruction; its pages stay resident.",
                List.of("NativeHeap.freeAddress", "PageTable.shape", "ThreadCache.free", "BlockStates.endLife"),
                "live", mebibytes(stats.liveBytes()), "in caches", count(stats.cachedBytes()) + " bytes", "time", micros(nanos));
    }

    private void again(NativeHeap heap, long before) {
        long begun = System.nanoTime();
        long same = 0;
        for (int i = 0; i < PAIRS; i++) {
            long address = heap.allocateAddress(BLOCK_BYTES);
            same += address == before ? 1 : 0;
            heap.freeAddress(address);
        }
        long nanos = System.nanoTime() - begun;
        tell("It is wanted again, the fast way",
                "A pop and a push on the same stack: whoever allocates next has the block back, warm.",
                List.of("ThreadCache.allocate", "BlockStacks", "ThreadCache.free"),
                "pairs", count(PAIRS), "of them the same block", count(same), "time of a pair", String.format(Locale.ROOT, "%.1f ns", (double) nanos / PAIRS));
    }

    private void burst(NativeHeap heap, long[] blocks) {
        int before = opened;
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = heap.allocateAddress(BLOCK_BYTES);
            for (int at = 0; at < BLOCK_BYTES; at += PAGE_BYTES) {
                RawMemory.writeLong(blocks[i] + at, i + 1L);
            }
        }
        HeapStats stats = heap.stats();
        tell("A burst",
                "Many more are allocated and touched. Segments open as they are needed; once the heap is large one may be backed by a huge page, where that is cheap.",
                List.of("RunSupply.fill", "SegmentSupply.open", "HugePagePolicy", "ReleaseBoundary.claim"),
                "blocks", count(blocks.length), "live", mebibytes(stats.liveBytes()), "segments opened", count(opened - before), "tables outside the Java heap",
                mebibytes(stats.bookkeepingBytes()), "the kernel counts", held());
    }

    private void freeAll(NativeHeap heap, long[] blocks) {
        for (long block : blocks) {
            heap.freeAddress(block);
        }
        HeapStats stats = heap.stats();
        tell("All of it is freed, into stock",
                "The thread keeps a few of each class; the rest goes to the central lists of its shard, in whole runs. To the application it is free, to the kernel nothing has happened yet.",
                List.of("ThreadCache.free", "RunSupply.stock", "CentralBins.push"),
                "live", mebibytes(stats.liveBytes()), "in caches", count(stats.cachedBytes()) + " bytes", "in stock", count(stats.stockPages()) + " pages", "the kernel counts", held());
    }

    private void firstTick(NativeHeap heap) {
        ticks.clear();
        heap.tick();
        UpkeepTick tick = ticks.getLast();
        tell("A first tick of upkeep looks",
                "Here it is asked for, and in a heap with its clock it comes 50 ms later. There were many slow paths since the last tick, so the heap is found busy: "
                        + "a tick has a budget then, and takes from stock only what has been there, unneeded, since the tick before.",
                List.of("EpochClock", "Epoch.tick", "IdleGate.decide"),
                "found", tick.isIdle() ? "idle" : "busy", "blocks taken out of caches", count(tick.cacheBlocks()), "runs reclaimed", count(tick.reclaimedRuns()), "pages purged",
                count(tick.purgedPages()), "the kernel counts", held());
    }

    private void furtherTicks(NativeHeap heap) {
        HeapStats before = heap.stats();
        ticks.clear();
        HeapStats stats = before;
        for (int i = 0; i < MOST_TICKS && stats.waitingPages() + stats.stockPages() + stats.cachedBytes() + stats.mappedBytes() > 0; i++) {
            heap.tick();
            stats = heap.stats();
        }
        tell("The next ticks: reclaim, boundary, ledger",
                "Nobody allocates, so they find the heap idle and do all that there is. Caches that rest are borrowed and emptied into stock; "
                        + "empty small runs are retired, free runs in stock reclaimed: they cross the release boundary, which checks that they are free, "
                        + "writes their bits, and tells the ledger. There they wait, joined with their neighbours.",
                List.of("CacheUpkeep.trim", "RetireScan.tick", "MediumReclaim.tick", "ReleaseBoundary.release", "ReleaseLedger.released", "WaitingPages.add"),
                "ticks", count(ticks.size()), "blocks taken out of caches, and segments closed", count(ticks.stream().mapToLong(UpkeepTick::cacheBlocks).sum()), "runs reclaimed",
                count(ticks.stream().mapToLong(UpkeepTick::reclaimedRuns).sum()), "crossings of the boundary", count(stats.boundaryCalls() - before.boundaryCalls()),
                "ranges the ledger was told of", count(stats.enqueuedRanges() - before.enqueuedRanges()), "of them joined to a neighbour", count(stats.joinedRanges() - before.joinedRanges()));
        tell("In the same ticks: the purge",
                "Pages whose turn has come are lent: nobody's while they are purged. Stretches go to the kernel as many as fit into one call, "
                        + "come back free and clean, and read as zero from then on. Segments that are wholly free are closed, and their tables go with them.",
                List.of("ReleaseLedger.tick", "PurgeRound.run", "ReleaseBoundary.lend", "LinuxSystem.purge", "Loan.cleaned", "ClosedSegments.closeEmpty", "AddressMap.free"),
                "pages purged", count(ticks.stream().mapToLong(UpkeepTick::purgedPages).sum()), "system calls", count(ticks.stream().mapToLong(UpkeepTick::purgeCalls).sum()),
                "time in them and around them", micros(ticks.stream().mapToLong(UpkeepTick::purgeNanos).sum()), "segments closed", count(closed), "the kernel counts", held());
    }

    private void account(NativeHeap heap) {
        HeapStats stats = heap.stats();
        tell("What is left",
                "Nothing waits any more, and the clock would sleep: a heap with nothing to give back has no wake-ups. The next block begins again where the second step began.",
                List.of("EpochClock", "HeapStats", "NativeHeap.close"),
                "pages purged in all", count(stats.purgedPages()), "system calls in all", count(stats.purgeCalls()), "pages a call", String.format(Locale.ROOT, "%.1f", stats.pagesPerCall()),
                "mapped", mebibytes(stats.mappedBytes()), "resident pages of blocks", mebibytes(heap.residentBytes()), "violations", count(stats.violations()));
    }

    private void tell(String title, String words, List<String> where, String... namesAndNumbers) {
        SequencedMap<String, String> numbers = new LinkedHashMap<>();
        for (int i = 0; i < namesAndNumbers.length; i += 2) {
            numbers.put(namesAndNumbers[i], namesAndNumbers[i + 1]);
        }
        steps.add(new Step(title, words, where, numbers));
    }

    private String held() {
        return mebibytes(Math.max(0, ProcessMemory.sampleAnonymousBytes() - baseBytes)) + " above the base";
    }

    private static String mebibytes(long bytes) {
        return Mebibytes.text(bytes) + " MiB";
    }

    private static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static String micros(long nanos) {
        return String.format(Locale.ROOT, "%,.1f µs", nanos / NANOS_PER_MICRO);
    }
}
