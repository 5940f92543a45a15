package dev.hz3.management;

import dev.hz3.heap.HeapObserver;
import dev.hz3.heap.ObservedSegment;
import dev.hz3.heap.UpkeepTick;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// What one heap does off its fast path, as events of Flight Recorder. An event that no recording wants costs a look whether one does.
final class HeapEvents implements HeapObserver {

    private final String name;

    /// @param name of the heap
    HeapEvents(String name) {
        this.name = name;
    }

    @Override
    public void ticked(UpkeepTick tick) {
        Epoch epoch = new Epoch();
        if (epoch.shouldCommit()) {
            epoch.heap = name;
            epoch.gate = tick.isIdle() ? "idle" : "busy";
            epoch.cacheTime = tick.cacheNanos();
            epoch.retireTime = tick.retireNanos();
            epoch.reclaimTime = tick.reclaimNanos();
            epoch.purgeTime = tick.purgeNanos();
            epoch.cacheBlocks = tick.cacheBlocks();
            epoch.retiredPages = tick.retiredPages();
            epoch.reclaimedRuns = tick.reclaimedRuns();
            epoch.purgedPages = tick.purgedPages();
            epoch.openSegments = tick.openSegments();
            epoch.commit();
        }
        Purge purge = new Purge();
        if (tick.purgeCalls() + tick.purgeRefusals() != 0 && purge.shouldCommit()) {
            purge.heap = name;
            purge.purgedPages = tick.purgedPages();
            purge.calls = tick.purgeCalls();
            purge.refusals = tick.purgeRefusals();
            purge.time = tick.purgeNanos();
            purge.smallPageRetire = tick.purged().smallPageRetire();
            purge.sub4kRunRetire = tick.purged().sub4kRunRetire();
            purge.sub8kRunRetire = tick.purged().sub8kRunRetire();
            purge.mediumRunReclaim = tick.purged().mediumRunReclaim();
            purge.largeFree = tick.purged().largeFree();
            purge.neverReleased = tick.purged().neverReleased();
            purge.commit();
        }
    }

    @Override
    public void segmentOpened(ObservedSegment segment) {
        SegmentOpened event = new SegmentOpened();
        event.huge = segment.isHuge();
        commit(event, segment);
    }

    @Override
    public void segmentClosed(ObservedSegment segment) {
        commit(new SegmentClosed(), segment);
    }

    private void commit(SegmentEvent event, ObservedSegment segment) {
        if (event.shouldCommit()) {
            event.heap = name;
            event.address = segment.address();
            event.kind = segment.isSmall() ? "small" : "medium";
            event.openSegments = segment.openSegments();
            event.commit();
        }
    }

    @Override
    public void limitReached(long byteSize, long liveBytes, long limitBytes) {
        LimitReached event = new LimitReached();
        if (event.shouldCommit()) {
            event.heap = name;
            event.requestedBytes = byteSize;
            event.liveBytes = liveBytes;
            event.limitBytes = limitBytes;
            event.commit();
        }
    }

    @Override
    public void invalidFree(long address, String why) {
        InvalidFree event = new InvalidFree();
        if (event.shouldCommit()) {
            event.heap = name;
            event.address = address;
            event.why = why;
            event.commit();
        }
    }

    @Name("dev.hz3.Epoch")
    @Label("Native Heap Epoch")
    @Description("One tick of a native heap's upkeep, its steps in their order")
    @Category("hz3")
    @StackTrace(false)
    static final class Epoch extends Event {
        @Label("Heap")
        String heap = "";

        @Label("Gate")
        @Description("Whether the heap was found idle or busy")
        String gate = "";

        @Label("Time in Caches")
        @Timespan
        long cacheTime;

        @Label("Time in the Retire Scan")
        @Timespan
        long retireTime;

        @Label("Time in the Medium Reclaim")
        @Timespan
        long reclaimTime;

        @Label("Time in the Purge")
        @Timespan
        long purgeTime;

        @Label("Blocks from Caches")
        @Description("Blocks that left thread caches, and of an idle tick the segments that were closed")
        long cacheBlocks;

        @Label("Retired Pages")
        long retiredPages;

        @Label("Reclaimed Runs")
        long reclaimedRuns;

        @Label("Purged Pages")
        long purgedPages;

        @Label("Open Segments")
        long openSegments;
    }

    @Name("dev.hz3.Purge")
    @Label("Native Heap Purge")
    @Description("Pages that one tick gave back to the operating system, and why these pages were free: each for one reason")
    @Category("hz3")
    @StackTrace(false)
    static final class Purge extends Event {
        @Label("Heap")
        String heap = "";

        @Label("Purged Pages")
        long purgedPages;

        @Label("System Calls")
        long calls;

        @Label("Refused Ranges")
        long refusals;

        @Label("Time")
        @Timespan
        long time;

        @Label("Free by Small Page Retire")
        long smallPageRetire;

        @Label("Free by Sub-4K Run Retire")
        long sub4kRunRetire;

        @Label("Free by Sub-8K Run Retire")
        long sub8kRunRetire;

        @Label("Free by Medium Run Reclaim")
        long mediumRunReclaim;

        @Label("Free by Large Free")
        long largeFree;

        @Label("Never Released")
        @Description("Headers of closed segments, and what a huge page had made resident before anybody wanted it")
        long neverReleased;
    }

    /// What is said of a segment that comes or goes.
    abstract static class SegmentEvent extends Event {
        @Label("Heap")
        String heap = "";

        @Label("Address")
        @MemoryAddress
        long address;

        @Label("Kind")
        @Description("Whether it was for small blocks, which share runs of pages, or for whole runs")
        String kind = "";

        @Label("Open Segments")
        long openSegments;
    }

    @Name("dev.hz3.SegmentOpened")
    @Label("Native Heap Segment Opened")
    @Description("A native heap has grown by 2 MiB")
    @Category("hz3")
    @StackTrace(false)
    static final class SegmentOpened extends SegmentEvent {
        @Label("Huge Page")
        @Description("Whether one huge page backs all of it")
        boolean huge;
    }

    @Name("dev.hz3.SegmentClosed")
    @Label("Native Heap Segment Closed")
    @Description("2 MiB of a native heap have gone back whole")
    @Category("hz3")
    @StackTrace(false)
    static final class SegmentClosed extends SegmentEvent {}

    @Name("dev.hz3.LimitReached")
    @Label("Native Heap Limit Reached")
    @Description("An allocation that was refused, after all that was free had been given back")
    @Category("hz3")
    static final class LimitReached extends Event {
        @Label("Heap")
        String heap = "";

        @Label("Requested")
        @DataAmount
        long requestedBytes;

        @Label("Live")
        @DataAmount
        long liveBytes;

        @Label("Limit")
        @DataAmount
        long limitBytes;
    }

    @Name("dev.hz3.InvalidFree")
    @Label("Native Heap Invalid Free")
    @Description("A free that was refused, with the stack of who made the mistake")
    @Category("hz3")
    static final class InvalidFree extends Event {
        @Label("Heap")
        String heap = "";

        @Label("Address")
        @MemoryAddress
        long address;

        @Label("Why")
        String why = "";
    }
}
