package dev.hz3.heap;

import static dev.hz3.segment.Geometry.FREE_BITS_WORDS;
import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;
import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.SEGMENT_BYTES;
import static dev.hz3.segment.Geometry.SEGMENT_SHIFT;

import dev.hz3.epoch.Epoch;
import dev.hz3.epoch.EpochClock;
import dev.hz3.heap.cache.CacheTable;
import dev.hz3.os.testing.FaultySystem.Verb;
import dev.hz3.os.testing.FaultySystem;
import dev.hz3.os.testing.SimulatedSystem.PageState;
import dev.hz3.release.boundary.BoundaryViolation;
import dev.hz3.release.boundary.ReleaseReason;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.PageTable;
import dev.hz3.segment.PageRange;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentHeader;
import dev.hz3.segment.SegmentKind;
import dev.hz3.segment.SizeClasses;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One life of a whole heap, with many threads, on a machine that is not there, in one real thread; all of it follows from a seed.
///
///     seed ──▶ setting, steps ──▶ heap over SimulationMachine        after each step: SimulationModel, invariants
///                                  └── at work: other threads go on ─┘
///
/// What the model says of users' memory, and the boxes of their own state, is compared after the steps and at the end, when all of it has
/// been given back.
final class Simulation implements SimulationMachine.Guest {

    /// What became of one that did not fail.
    ///
    /// @param hash of everything that happened, in order
    /// @param purgedPages pages that the machine took back
    /// @param interleaved steps that ran while the machine was at work
    /// @param refusedFrees wrong frees, all of which were refused
    /// @param outOfMemory allocations that were refused
    /// @param faults refusals of the machine
    record Outcome(long hash, long purgedPages, long interleaved, long refusedFrees, long outOfMemory, long faults) {}

    private static final int AUDIT_EACH = 64;
    private static final int THOROUGH_EACH = 512;
    private static final int DEPTH = 3;
    private static final int STALE = 64;
    private static final int MOST_STEP_NANOS = 8_000_000;
    private static final int MANY_TICKS = 200_000;
    private static final int MOST_QUIET_MILLIS = 500;
    private static final int MOST_THREADS = 9;
    private static final int SMALL_RUN_PAGES = 16; // at most
    private static final long MOST_BURST_BYTES = 1 << 20;

    private final List<SimulationStep> steps;
    private final SimulationSetting setting;
    private final SimulationDraw other; // for what does not change the course of the rest
    private final SimulationMachine machine;
    private final FaultySystem faulty;
    private final NativeHeap heap;
    private final AddressMap map;
    private final SimulationModel model;
    private final SimulationThreads threads;
    private final SimulationResidency residency;
    private final boolean isExact; // whether all that is counted as resident is
    private final List<SimulationArena> arenas = new ArrayList<>();
    private final long[] stale = new long[STALE];
    private int staleCount;
    private long clockNanos;
    private long forcedTicks; // before the step
    private boolean wasNearlyFull; // before the step

    private SimulationDraw draw = new SimulationDraw(0);
    private int step;
    private int depth;
    private int guestsLeft;
    private int claiming; // operations under way that may have taken what the model does not know of yet
    private boolean isFencing;
    private boolean isRefusing;
    private boolean purgeWasRefused;
    private long purgingAddress;
    private long purgingBytes;
    private long purgingSince;
    private @Nullable Throwable failure;

    private long hash;
    private long interleaved;
    private boolean isInterrupted;
    private long refusedFrees;
    private long refusedCrossings;
    private long outOfMemory;

    /// A life of these steps. `memory` is zero, has room for the largest range there is, and is zero again afterwards.
    Simulation(long seed, List<SimulationStep> steps, long[] memory) {
        this.steps = steps;
        setting = SimulationSetting.of(seed);
        other = new SimulationDraw(SimulationDraw.mix(seed, 3));
        machine = new SimulationMachine(setting, memory, this);
        faulty = machine.faulty();
        heap = new NativeHeap(setting.options(), machine, setting.processors(), this::nanoTime);
        map = heap.parts().map();
        model = new SimulationModel(heap.base(), map.range().bytes(), memory, heap.upkeep().epoch()::epochs);
        threads = new SimulationThreads(heap.parts().caches());
        residency = new SimulationResidency(heap.parts(), machine.simulated());
        // A purge that was refused leaves pages of unknown contents, and so does one of a larger page of the kernel that ran out of calls: these count although they
        // were not resident.
        isExact = !setting.isFaulty() && setting.pageBytes() == PAGE_BYTES;
        for (int i = 0; i < setting.threads(); i++) {
            threads.bear(false);
        }
    }

    private long nanoTime() {
        clockNanos += clockNanos % 7 == 0 ? 1_000_003 : 10_001;
        return clockNanos;
    }

    /// Lives it.
    ///
    /// @throws SimulationFailure saying at which step what was not as it must be
    Outcome run() {
        boolean ended = false;
        try {
            for (step = 0; step < steps.size(); step++) {
                perform(steps.get(step));
                requireInterrupted();
                if (isExact) {
                    residency.check();
                }
                if (step % AUDIT_EACH == AUDIT_EACH - 1) {
                    audit(step % THOROUGH_EACH == THOROUGH_EACH - 1);
                }
                check();
            }
            end();
            check();
            requireInterrupted();
            ended = true;
            return new Outcome(hash, heap.stats().purgedPages(), interleaved, refusedFrees, outOfMemory, faulty.injected());
        } catch (Throwable broken) {
            Throwable first = failure == null ? broken : failure;
            throw new SimulationFailure("step " + step + " of " + steps.size()
                    + (step < steps.size() ? ", " + steps.get(step).kind() : ", the end") + ": " + first, first);
        } finally {
            heap.parts().caches().play(new CacheTable.Role(0, false), null);
            if (!ended) {
                abandon();
            }
        }
    }

    /// Nobody has taken the interrupt that came while the machine was at work.
    private void requireInterrupted() {
        if (Thread.interrupted() != isInterrupted) {
            throw new SimulationFailure("an interrupt is lost, or made up: interrupted=" + isInterrupted);
        }
        isInterrupted = false;
    }

    /// Gives the memory back as zero, whatever state the heap is in.
    private void abandon() {
        try {
            machine.simulated().unreserve(map.range());
        } catch (AssertionError gone) {
            // It was given back before.
        }
    }

    private void check() {
        if (failure != null) {
            throw new SimulationFailure(String.valueOf(failure.getMessage()), failure);
        }
    }

    private void note(long what) {
        hash = SimulationDraw.mix(hash, what);
    }

    // ---- steps ---------------------------------------------------------------------------------------------------

    private void perform(SimulationStep next) {
        draw = new SimulationDraw(next.draw());
        guestsLeft = 16;
        clockNanos += draw.next(MOST_STEP_NANOS);
        forcedTicks = forcedTicks();
        wasNearlyFull = isNearlyFull();
        note(next.kind().name().hashCode());
        perform(next.kind());
    }

    private void perform(SimulationStep.Kind kind) {
        SimulationThreads.Actor actor = threads.find(draw.next(MOST_THREADS + step), isFencing);
        if (kind == SimulationStep.Kind.BIRTH || actor == null) {
            if (threads.count() < MOST_THREADS && (depth == 0 || kind == SimulationStep.Kind.BIRTH)) {
                note(threads.bear(draw.percent(setting.virtualPercent())).number);
            }
            return;
        }
        if (kind == SimulationStep.Kind.DEATH) {
            threads.die(actor);
            return;
        }
        SimulationThreads.Actor outer = threads.enter(actor);
        depth++;
        try {
            perform(kind, actor);
        } finally {
            depth--;
            threads.exit(actor, outer);
        }
    }

    private void perform(SimulationStep.Kind kind, SimulationThreads.Actor actor) {
        switch (kind) {
            case ALLOCATE -> allocate(size(), 1, actor);
            case ALLOCATE_MANY -> allocateMany(actor);
            case ALLOCATE_ALIGNED -> allocate(size(), 1L << draw.next(Geometry.SEGMENT_SHIFT + 1), actor);
            case ALLOCATE_PAIRS -> allocatePairs(actor);
            case FREE -> free();
            case FREE_MANY -> freeMany();
            case VERIFY -> verify();
            case MISUSE -> misuse();
            case TICK -> heap.tick();
            case CLOCK -> runClock(draw.next(12));
            case TRIM -> note(heap.trim());
            case ARENA_OPEN -> openArena(actor);
            case ARENA_ALLOCATE -> allocateInArena();
            case ARENA_CLOSE -> closeArena();
            case FAULT -> refuse();
            case HEAL -> heal();
            case BIRTH, DEATH -> throw new AssertionError(kind);
        }
    }

    private long size() {
        List<Long> favourites = setting.favourites();
        return draw.percent(70) ? favourites.get(draw.next(favourites.size())) : SimulationSetting.size(draw);
    }

    private boolean allocate(long bytes, long alignment, SimulationThreads.Actor actor) {
        if (model.liveBytes() > setting.liveBytes()) {
            free();
            return false;
        }
        long interleavedBefore = interleaved;
        long address;
        claiming++;
        try {
            address = alignment == 1 ? heap.allocateAddress(bytes) : heap.allocateAddress(bytes, alignment);
        } catch (OutOfMemoryError full) {
            outOfMemory++;
            note(-1);
            if (depth == 1 && interleaved == interleavedBefore && !isRefusing) {
                requireFull(bytes, alignment, full);
            }
            return false;
        } finally {
            claiming--;
        }
        take(address, bytes, alignment, actor.number);
        return true;
    }

    private void take(long address, long bytes, long alignment, int owner) {
        note(address - heap.base());
        if ((address & alignment - 1) != 0) {
            throw new SimulationFailure("not aligned: address=0x" + Long.toHexString(address) + ", alignment=" + alignment);
        }
        long usable = heap.usableSize(address);
        if (usable < bytes || usable < SizeClasses.GRANULE_BYTES) {
            throw new SimulationFailure("too small: bytes=" + bytes + ", usable=" + usable);
        }
        boolean isLarge = alignment > PAGE_BYTES || bytes > SizeClasses.MAX_MEDIUM_BYTES;
        if (isLarge && usable != Geometry.pagesFor(bytes) * PAGE_BYTES) {
            throw new SimulationFailure("larger than it need be: bytes=" + bytes + ", alignment=" + alignment + ", usable=" + usable);
        }
        machine.simulated().touch(address, usable);
        model.add(new SimulationModel.Block(address, usable, draw.next(), owner));
    }

    /// An allocation may be refused where there really is no room: everything that is free has been given back by then, so what is not live
    /// are whole segments.
    private void requireFull(long bytes, long alignment, OutOfMemoryError full) {
        long pages = Geometry.pagesFor(bytes);
        int wanted = (int) Math.min(Integer.MAX_VALUE, (pages + PAGES_PER_SEGMENT - 1) / PAGES_PER_SEGMENT);
        long room = Math.max(SMALL_RUN_PAGES, pages + Math.max(0, alignment / PAGE_BYTES - 1)) + 1; // with a header
        long used = 0;
        int gap = 0;
        int widest = 0;
        for (int slot = 0; slot < map.slots(); slot++) {
            boolean isLive = model.isLive(heap.base() + ((long) slot << SEGMENT_SHIFT), SEGMENT_BYTES);
            used += isLive ? dirtyPages(map.at(slot)) : 0;
            gap = isLive ? 0 : gap + 1;
            widest = Math.max(widest, gap);
        }
        if (widest >= wanted && used + room <= map.limitPages()) {
            throw new SimulationFailure("refused, and yet there is room: bytes=" + bytes + ", alignment=" + alignment + ", segments wanted="
                    + wanted + ", pages wanted=" + room + ", used=" + used + ", limit=" + map.limitPages() + ", " + heap.stats(), full);
        }
    }

    /// The pages of a segment that may be resident.
    private static int dirtyPages(Segment segment) {
        return PAGES_PER_SEGMENT - segment.cleanPages(new PageRange(0, PAGES_PER_SEGMENT));
    }

    private void allocateMany(SimulationThreads.Actor actor) {
        long bytes = size();
        long count = Math.min(1 + draw.next(64), Math.max(1, MOST_BURST_BYTES / Math.max(1, bytes)));
        for (long i = 0; i < count && allocate(bytes, 1, actor); i++) {
            check();
        }
    }

    /// One size again and again, as a program does that frees at once what it allocates, and then once more.
    private void allocatePairs(SimulationThreads.Actor actor) {
        long bytes = size();
        for (int pairs = 10 + draw.next(4); pairs > 0 && allocate(bytes, 1, actor); pairs--) {
            if (!model.blocks().isEmpty()) {
                free(model.blocks().size() - 1);
            }
            check();
        }
        if (draw.percent(80)) {
            allocate(bytes, 1, actor);
        }
    }

    private void free() {
        int count = model.blocks().size();
        if (count != 0) {
            free(draw.next(count));
        }
    }

    private void free(int index) {
        SimulationModel.Block block = model.remove(index);
        note(block.address);
        heap.freeAddress(block.address);
        stale[staleCount++ % STALE] = block.address;
    }

    private void freeMany() {
        int count = 1 + draw.next(96);
        int from = draw.next(Math.max(1, model.blocks().size()));
        for (int i = 0; i < count && !model.blocks().isEmpty(); i++) {
            free(Math.min(from, model.blocks().size() - 1));
            check();
        }
    }

    private void verify() {
        int count = model.blocks().size();
        if (count != 0) {
            model.verify(model.blocks().get(draw.next(count)));
        }
    }

    // ---- misuse --------------------------------------------------------------------------------------------------

    /// Frees what must not be freed.
    private void misuse() {
        if (claiming != 0) {
            return; // what somebody is about to be given is live, and the model has not heard of it
        }
        if (draw.percent(15)) {
            misuseBoundary();
            return;
        }
        long address = wrongAddress();
        if (model.begins(address)) {
            return;
        }
        boolean compares = depth == 1 && draw.percent(25);
        HeapStats before = compares ? heap.stats() : null;
        try {
            if (draw.percent(80)) {
                heap.freeAddress(address);
            } else {
                heap.usableSize(address);
            }
        } catch (InvalidFreeException refused) {
            refusedFrees++;
            note(address);
            if (before != null && !sameBut(before, heap.stats())) {
                throw new SimulationFailure("a refused free changed something: " + before + " → " + heap.stats(), refused);
            }
            return;
        }
        throw new SimulationFailure("not refused: free(base+0x" + Long.toHexString(address - heap.base()) + ")");
    }

    /// Asks the boundary itself for what it must refuse: pages that are free, lent, a header, or not there.
    private void misuseBoundary() {
        Segment segment = map.at(draw.next(map.slots()));
        int first = draw.next(PAGES_PER_SEGMENT);
        int count = 1;
        if (segment != Segment.NOWHERE) {
            if (draw.percent(20)) {
                first = 0;
            } else if (draw.percent(25)) {
                first = draw.of(-1, 0, 511, Integer.MAX_VALUE);
                count = draw.of(-1, 0, 513, 2 + first, Integer.MAX_VALUE);
            }
            boolean isThere = first >= 0 && first < PAGES_PER_SEGMENT && count >= 1 && count <= PAGES_PER_SEGMENT - first;
            if (isThere && (count != 1 || !segment.isNobodys(first))) {
                return; // somebody's, perhaps
            }
        }
        long[] before = words(segment);
        ReleaseReason reason = draw.percent(50) ? ReleaseReason.SMALL_PAGE_RETIRE : ReleaseReason.MEDIUM_RUN_RECLAIM;
        try {
            heap.parts().boundary().release(segment, first, count, reason);
        } catch (BoundaryViolation refused) {
            refusedCrossings++;
            if (!Arrays.equals(before, words(segment))) {
                throw new SimulationFailure("a refused release changed something: first=" + first + ", " + segment, refused);
            }
            return;
        }
        throw new SimulationFailure("released: first=" + first + ", count=" + count + ", " + segment);
    }

    private static long[] words(Segment segment) {
        long[] words = new long[2 * FREE_BITS_WORDS + 1];
        for (int w = 0; w < FREE_BITS_WORDS; w++) {
            words[w] = segment.freeWord(w);
            words[FREE_BITS_WORDS + w] = segment.cleanWord(w);
        }
        words[2 * FREE_BITS_WORDS] = segment.freePages();
        return words;
    }

    private static boolean sameBut(HeapStats before, HeapStats after) {
        return before.liveBytes() == after.liveBytes() && before.mappedBytes() == after.mappedBytes()
                && before.waitingPages() == after.waitingPages() && before.stockPages() == after.stockPages()
                && before.cachedBytes() == after.cachedBytes() && before.boundaryCalls() == after.boundaryCalls()
                && before.violations() == after.violations()
                && before.invalidFrees() + 1 == after.invalidFrees();
    }

    private long wrongAddress() {
        switch (draw.next(6)) {
            case 0, 1 -> {
                return staleCount == 0 ? 0 : stale[draw.next(Math.min(staleCount, STALE))];
            }
            case 2 -> {
                int count = model.blocks().size();
                if (count != 0) {
                    SimulationModel.Block block = model.blocks().get(draw.next(count));
                    long inside = Math.floorMod(draw.next(), block.bytes);
                    return block.address + (draw.percent(50) ? inside & -SizeClasses.GRANULE_BYTES : inside);
                }
            }
            case 3 -> {
                return heap.base() + Math.floorMod(draw.next(), map.range().bytes());
            }
            case 4 -> {
                return heap.base() + ((long) draw.next(map.slots()) << SEGMENT_SHIFT) + (draw.percent(50) ? 0 : PAGE_BYTES);
            }
            default -> {
                // Elsewhere.
            }
        }
        return switch (draw.next(5)) {
            case 0 -> 0;
            case 1 -> heap.base() - 1 - draw.next(PAGE_BYTES);
            case 2 -> map.range().end() + draw.next(PAGE_BYTES);
            case 3 -> Long.MIN_VALUE + heap.base();
            default -> draw.next();
        };
    }

    // ---- arenas --------------------------------------------------------------------------------------------------

    private void openArena(SimulationThreads.Actor actor) {
        if (arenas.size() < 4) {
            Arena arena = draw.percent(90) ? heap.openConfinedArena() : heap.openSharedArena();
            arenas.add(new SimulationArena(arena, heap, model, machine.simulated(), actor.number));
        }
    }

    private void allocateInArena() {
        if (claiming == 0 && !arenas.isEmpty()) {
            claiming++;
            try {
                arenas.get(draw.next(arenas.size())).allocate(draw);
            } catch (OutOfMemoryError full) {
                outOfMemory++;
                note(-2);
            } finally {
                claiming--;
            }
        }
    }

    private void closeArena() {
        if (claiming == 0 && !arenas.isEmpty()) {
            claiming++;
            try {
                arenas.remove(draw.next(arenas.size())).close();
            } finally {
                claiming--;
            }
        }
    }

    // ---- what the machine refuses --------------------------------------------------------------------------------

    private void refuse() {
        if (!setting.isFaulty() || depth > 1) {
            return;
        }
        isRefusing = true;
        int calls = draw.percent(30) ? Integer.MAX_VALUE : 1 + draw.next(4);
        switch (draw.next(6)) {
            case 0 -> faulty.failAfter(Verb.COMMIT, draw.next(2), calls);
            case 1 -> faulty.failNext(Verb.ADVISE, calls);
            case 2 -> faulty.failNext(Verb.FENCE, 1);
            default -> {
                purgeWasRefused = true;
                int passed = draw.percent(50) ? 0 : draw.next(4);
                faulty.failRanges(index -> index >= passed);
                faulty.purgeWhatIsRefused(draw.percent(40));
                faulty.purgeHalfOfWhatIsRefused(draw.percent(40));
                faulty.refuseAsLocked(other.percent(40));
                faulty.failAfter(Verb.PURGE, draw.next(2), calls);
            }
        }
    }

    private void heal() {
        if (depth == 1) {
            faulty.heal();
            isRefusing = false;
            if (heap.parts().ledger().isLockedOut()) {
                heap.trim(); // only that finds out at once that memory is not locked any more
            }
        }
    }

    // ---- while the machine is at work ----------------------------------------------------------------------------

    @Override
    public void during(SimulationMachine.Moment moment) {
        note(moment.name().hashCode());
        if (other.percent(2)) {
            Thread.currentThread().interrupt();
            isInterrupted = true;
        }
        if (depth == 0 || depth >= DEPTH || failure != null || threads.isVirtualInside() || !draw.percent(setting.interleavePercent())) {
            return;
        }
        boolean wasFencing = isFencing;
        isFencing |= moment == SimulationMachine.Moment.FENCE;
        try {
            for (int guests = 1 + draw.next(4); guests > 0 && guestsLeft > 0; guests--) {
                guestsLeft--;
                interleaved++;
                perform(guest());
            }
        } catch (OutOfMemoryError | RuntimeException | AssertionError broken) {
            fail(broken);
        } finally {
            isFencing = wasFencing;
        }
    }

    private SimulationStep.Kind guest() {
        int dice = draw.next(100);
        if (dice < 34) {
            return SimulationStep.Kind.ALLOCATE;
        }
        if (dice < 66) {
            return SimulationStep.Kind.FREE;
        }
        if (dice < 74) {
            return SimulationStep.Kind.MISUSE;
        }
        if (dice < 84) {
            return SimulationStep.Kind.TICK;
        }
        if (dice < 88) {
            return SimulationStep.Kind.TRIM;
        }
        if (dice < 92) {
            return SimulationStep.Kind.VERIFY;
        }
        return dice < 96 ? SimulationStep.Kind.BIRTH : SimulationStep.Kind.DEATH;
    }

    @Override
    public void purging(long address, long bytes) {
        if (!map.range().contains(address, 1)) {
            try {
                requireTablesOfNobody(address, bytes); // at addresses of the real machine, which are others each time
            } catch (SimulationFailure broken) {
                fail(broken);
                throw broken;
            }
            return;
        }
        note(address + bytes);
        if (address == purgingAddress && bytes == purgingBytes && interleaved == purgingSince) {
            return; // nobody has done anything since
        }
        purgingAddress = address;
        purgingBytes = bytes;
        purgingSince = interleaved;
        try {
            requireNobodys(address, bytes);
        } catch (SimulationFailure broken) {
            fail(broken);
            throw broken;
        }
    }

    /// Tables leave with the segment that they describe, and no sooner.
    private void requireTablesOfNobody(long address, long bytes) {
        for (int slot = 0; slot < map.slots(); slot++) {
            for (int which = 0; which < PageTable.RANGES; which++) {
                long at = map.table().tableAddress(slot, which);
                long end = slot + 1 < map.slots() ? map.table().tableAddress(slot + 1, which) : Long.MAX_VALUE;
                if (address < end && at < address + bytes && (which == 1 || slot + 1 < map.slots() || address < map.table().tableAddress(0, 1))
                        && (map.at(slot) != Segment.NOWHERE || model.isLive(heap.base() + ((long) slot << SEGMENT_SHIFT), SEGMENT_BYTES))) {
                    throw new SimulationFailure("tables are purged that describe slot " + slot + ", " + map.at(slot));
                }
            }
        }
    }

    /// What is purged is lent, or a whole segment that has left the map; in any case it is not live.
    private void requireNobodys(long address, long bytes) {
        if (model.isLive(address, bytes)) {
            throw new SimulationFailure("live memory is purged: " + model.at(address, bytes));
        }
        Segment segment = map.find(address);
        if (segment == Segment.NOWHERE) {
            if ((address & SEGMENT_BYTES - 1) != 0) {
                throw new SimulationFailure("part of no segment is purged: " + model.at(address, bytes));
            }
            return;
        }
        requireRested(address, bytes);
        int first = Segment.pageOf(address);
        int end = first + (int) (bytes / PAGE_BYTES);
        for (int page = first; page < end; page++) {
            if (segment.isFree(page) || !segment.isNobodys(page) || page < segment.kind().headerPages()) {
                throw new SimulationFailure("purged and not lent: page " + page + ", free=" + segment.isFree(page) + ", word=0x"
                        + Long.toHexString(segment.word(page)) + ", " + segment);
            }
        }
    }

    /// Where nobody trims, and the heap neither grows nor is nearly full, pages rest for some ticks before they are purged.
    private void requireRested(long address, long bytes) {
        int rest = Math.min(setting.options().delayEpochsIdle(), setting.options().delayEpochsBusy());
        if (rest == 0 || wasNearlyFull || isNearlyFull() || forcedTicks != forcedTicks() || machine.pageBytes() != PAGE_BYTES) {
            return;
        }
        for (long page = address; page < address + bytes; page += PAGE_BYTES) {
            if (model.restedTicks(page) + 1 < rest) { // one tick later where it was freed in the middle of one
                throw new SimulationFailure("purged too soon: ticks=" + model.restedTicks(page) + ", rest=" + rest + ", " + model.at(page, bytes));
            }
        }
    }

    private boolean isNearlyFull() {
        HeapOptions options = setting.options();
        long bytes = options.softMaxBytes() == 0 ? options.maxBytes() : Math.min(options.softMaxBytes(), options.maxBytes());
        return map.residentPages() * 100 >= Math.min(bytes / PAGE_BYTES, (long) map.slots() * PAGES_PER_SEGMENT) * options.eagerPercent();
    }

    private long forcedTicks() {
        return heap.upkeep().epoch().epochs() - heap.upkeep().epoch().idleTicks() - heap.upkeep().epoch().busyTicks() + heap.parts().ledger().earlyPurges();
    }

    /// Remembers the first failure: upkeep may swallow what is thrown.
    private void fail(Throwable broken) {
        if (failure == null) {
            failure = broken;
        }
    }

    // ---- invariants ----------------------------------------------------------------------------------------------

    private void audit(boolean isThorough) {
        long dirty = 0;
        int open = 0;
        long resident = 0;
        for (int slot = 0; slot < map.usedSlots(); slot++) {
            Segment segment = map.at(slot);
            if (segment != Segment.NOWHERE) {
                open++;
                resident += dirtyPages(segment);
                dirty += audit(segment, isThorough);
            } else if (model.isLive(heap.base() + ((long) slot << SEGMENT_SHIFT), SEGMENT_BYTES)) {
                throw new SimulationFailure("live blocks in no segment: slot=" + slot);
            }
        }
        HeapStats stats = heap.stats();
        note(stats.purgedPages());
        require(stats.waitingPages() >= dirty, "pages that are free and not clean do not wait: " + dirty + ", ", stats);
        require(stats.liveBytes() == model.liveBytes(), "liveBytes is not " + model.liveBytes() + ": ", stats);
        require(stats.violations() == refusedCrossings, "violations is not " + refusedCrossings + ": ", stats);
        require(stats.invalidFrees() == refusedFrees, "invalidFrees is not " + refusedFrees + ": ", stats);
        require(stats.stepFailures() == 0, "a step of a tick failed: ", stats);
        require(stats.mappedBytes() >= (long) open << SEGMENT_SHIFT, "mapped: open=" + open + ", ", stats);
        require(map.residentPages() >= resident && (!isExact || map.residentPages() <= map.limitPages()),
                "resident: counted=" + map.residentPages() + ", in open segments=" + resident + ", limit=" + map.limitPages() + ", ", stats);
        if (isThorough) {
            for (SimulationModel.Block block : model.blocks()) {
                model.verify(block);
            }
            for (SimulationArena arena : arenas) {
                arena.verify();
            }
        }
    }

    private void require(boolean isTrue, String what, HeapStats stats) {
        if (!isTrue) {
            throw new SimulationFailure(what + stats + " " + heap.lastFailure());
        }
    }

    /// Each page is free and nothing, or used and something; the count of the free ones is what it says.
    ///
    /// @return how many pages must wait to be purged, at least
    private int audit(Segment segment, boolean isThorough) {
        int free = 0;
        int dirty = 0;
        for (int w = 0; w < FREE_BITS_WORDS; w++) {
            free += Long.bitCount(segment.freeWord(w));
            dirty += purgeable(segment.freeWord(w), segment.cleanWord(w));
        }
        if (free != segment.freePages()) {
            throw new SimulationFailure("popCount(free_bits)=" + free + ": " + segment);
        }
        int stretch = segment.longestFreeStretch();
        if (stretch != 0 && segment.home().tightest(stretch) == Segment.NOWHERE) {
            throw new SimulationFailure("the pack pool does not know of " + stretch + " free pages: " + segment);
        }
        boolean isSmall = segment.kind() == SegmentKind.SMALL;
        for (int page = 0; page < PAGES_PER_SEGMENT; page++) {
            boolean isNothing = segment.isNobodys(page);
            boolean isHeader = page < segment.kind().headerPages();
            if (segment.isFree(page) ? !isNothing || isHeader : isNothing != isHeader) {
                throw new SimulationFailure("page " + page + " is free=" + segment.isFree(page) + ", word=0x"
                        + Long.toHexString(segment.word(page)) + ": " + segment);
            }
            if (isThorough && segment.isFree(page)) {
                auditFree(segment, page);
            }
        }
        if (isSmall && !SegmentHeader.isOf(map.range(), segment)) {
            throw new SimulationFailure("the header is damaged: " + SegmentHeader.describe(map.range(), segment));
        }
        return dirty;
    }

    /// The pages that must wait to be purged; where the kernel's pages are larger, one for each of those that is wholly free.
    private int purgeable(long free, long clean) {
        int groupPages = machine.pageBytes() / PAGE_BYTES;
        if (groupPages == 1) {
            return Long.bitCount(free & ~clean);
        }
        int groups = 0;
        long group = -1L >>> Long.SIZE - groupPages;
        for (int at = 0; at < Long.SIZE; at += groupPages) {
            groups += (free >>> at & group) == group && (clean >>> at & group) != group ? 1 : 0;
        }
        return groups;
    }

    private void auditFree(Segment segment, int page) {
        long address = segment.addressOf(page);
        if (model.isLive(address, PAGE_BYTES)) {
            throw new SimulationFailure("a free page has live blocks: page " + page + ", " + segment);
        }
        boolean isClean = (segment.cleanWord(page >>> Geometry.WORD_SHIFT) >>> page & 1) != 0;
        // Of a large kernel page, a neighbour may be what is resident.
        boolean isResident = machine.pageBytes() == PAGE_BYTES && machine.simulated().pageState(address) == PageState.RESIDENT;
        if (isClean && (isResident || !model.isZero(address, PAGE_BYTES))) {
            throw new SimulationFailure("clean and not: page " + page + ", resident=" + isResident + ", " + segment);
        }
    }

    // ---- the end -------------------------------------------------------------------------------------------------

    private void end() {
        draw = new SimulationDraw(SimulationDraw.mix(steps.size(), 3));
        guestsLeft = 0;
        if (setting.end() != SimulationSetting.End.CLOSED) {
            giveEverythingBack();
        }
        as(this::close);
    }

    private void as(Runnable deed) {
        SimulationThreads.Actor actor = threads.find(1, false);
        if (actor == null) {
            actor = threads.bear(false);
        }
        SimulationThreads.Actor outer = threads.enter(actor);
        depth++;
        try {
            deed.run();
        } finally {
            depth--;
            threads.exit(actor, outer);
        }
    }

    private void giveEverythingBack() {
        as(this::heal);
        if (setting.end() == SimulationSetting.End.ORPHANED) {
            while (threads.count() > 0) {
                threads.die(threads.living().getFirst());
            }
            threads.bear(false);
        }
        while (!arenas.isEmpty()) {
            as(this::closeArena);
        }
        while (!model.blocks().isEmpty()) {
            perform(SimulationStep.Kind.FREE);
        }
        check();
        audit(true);
        if (setting.end() != SimulationSetting.End.TRIMMED) {
            as(() -> runClock(MANY_TICKS));
            audit(true);
        }
        if (setting.end() == SimulationSetting.End.TRIMMED || purgeWasRefused) { // what was refused often waits for a flush
            as(() -> note(heap.trim()));
        }
        audit(true);
        HeapStats stats = heap.stats();
        require(stats.liveBytes() == 0, "blocks are left: ", stats);
        require(machine.simulated().processResidentBytes() == 0,
                "pages are left, residentBytes=" + machine.simulated().processResidentBytes() + ": ", stats);
        require(stats.waitingPages() == 0, "pages wait still: ", stats);
        require(stats.mappedBytes() == 0, "segments are left: ", stats);
        require(stats.cachedBytes() == 0 && stats.stockPages() == 0, "free blocks are left in stock: ", stats);
    }

    /// What the heap's clock does from when it is woken until it sleeps again.
    private void runClock(int most) {
        int fruitless = 0;
        int busy = 0;
        for (int tick = 0; tick < most; tick++) {
            Epoch.Outcome outcome = heap.upkeep().epoch().tick();
            note(outcome.name().hashCode());
            busy += outcome == Epoch.Outcome.BUSY ? 1 : 0;
            if (most == MANY_TICKS && busy > 1 + Math.max(1, MOST_QUIET_MILLIS / setting.options().clockPeriodMillis())) {
                throw new SimulationFailure("a silent heap is not idle after half a second, whatever it regrets: " + heap.stats());
            }
            fruitless = outcome == Epoch.Outcome.NOTHING_TO_DO ? fruitless + 1 : 0;
            if (fruitless >= EpochClock.FRUITLESS_TICKS + setting.options().delayEpochsIdle() || !heap.upkeep().isWaiting()) {
                return;
            }
        }
        if (most == MANY_TICKS) {
            throw new SimulationFailure("the clock never sleeps: " + heap.stats());
        }
    }

    private void close() {
        heap.close();
        heap.close();
        requireClosed(() -> heap.allocateAddress(16));
        requireClosed(() -> heap.allocateAddress(1 << 20));
        requireClosed(() -> heap.freeAddress(heap.base()));
        requireClosed(() -> heap.usableSize(heap.base()));
        requireClosed(heap::tick);
        requireClosed(heap::trim);
        requireClosed(() -> heap.openConfinedArena().close());
        for (SimulationArena arena : arenas) {
            arena.verify(); // they keep the addresses
            try {
                arena.allocate(draw); // from the room that it still has
            } catch (IllegalStateException closed) {
                note(-3);
            }
        }
        boolean isKept = machine.simulated().reservedBytes() != 0;
        if (isKept == arenas.isEmpty()) {
            throw new SimulationFailure("closed, arenas=" + arenas.size() + ", reservedBytes=" + machine.simulated().reservedBytes());
        }
        arenas.forEach(SimulationArena::close);
        if (machine.simulated().reservedBytes() != 0 || machine.simulated().processResidentBytes() != 0) {
            throw new SimulationFailure("closed, and yet reservedBytes=" + machine.simulated().reservedBytes());
        }
    }

    private static void requireClosed(Runnable use) {
        try {
            use.run();
        } catch (IllegalStateException closed) {
            return;
        }
        throw new SimulationFailure("used after it was closed");
    }
}
