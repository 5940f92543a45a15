package dev.hz3.heap;

import static dev.hz3.segment.Geometry.PAGE_BYTES;
import static dev.hz3.segment.Geometry.SEGMENT_SHIFT;

import dev.hz3.epoch.Epoch;
import dev.hz3.epoch.EpochClock;
import dev.hz3.heap.cache.CacheTable;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.Geometry;
import dev.hz3.segment.SizeClasses;
import java.lang.foreign.Arena;
import java.util.ArrayList;
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
    private static final int MOST_STEP_NANOS = 8_000_000;
    private static final int MANY_TICKS = 200_000;
    private static final int MOST_QUIET_MILLIS = 500;
    private static final int MOST_THREADS = 9;
    private static final long MOST_BURST_BYTES = 1 << 20;

    private final List<SimulationStep> steps;
    private final SimulationSetting setting;
    private final SimulationDraw other; // for what does not change the course of the rest
    private final SimulationMachine machine;
    private final NativeHeap heap;
    private final AddressMap map;
    private final SimulationModel model;
    private final SimulationThreads threads;
    private final SimulationResidency residency;
    private final SimulationAudit audit;
    private final SimulationMisuse misuse;
    private final SimulationFaults faults;
    private final boolean isExact; // whether all that is counted as resident is
    private final List<SimulationArena> arenas = new ArrayList<>();
    private long clockNanos;

    private SimulationDraw draw = new SimulationDraw(0);
    private int step;
    private int depth;
    private int guestsLeft;
    private int claiming; // operations under way that may have taken what the model does not know of yet
    private boolean isFencing;
    private long purgingAddress;
    private long purgingBytes;
    private long purgingSince;
    private @Nullable Throwable failure;

    private long hash;
    private long interleaved;
    private boolean isInterrupted;
    private long outOfMemory;

    /// A life of these steps. `memory` is zero, has room for the largest range there is, and is zero again afterwards.
    Simulation(long seed, List<SimulationStep> steps, long[] memory) {
        this.steps = steps;
        setting = SimulationSetting.of(seed);
        other = new SimulationDraw(SimulationDraw.mix(seed, 3));
        machine = new SimulationMachine(setting, memory, this);
        heap = new NativeHeap(setting.options(), machine, setting.processors(), this::nanoTime);
        map = heap.parts().map();
        model = new SimulationModel(heap.base(), map.range().bytes(), memory, heap.upkeep().epoch()::epochs);
        threads = new SimulationThreads(heap.parts().caches());
        residency = new SimulationResidency(heap.parts(), machine.simulated());
        misuse = new SimulationMisuse(heap, model, this::note);
        faults = new SimulationFaults(heap, machine.faulty(), other);
        // A purge that was refused leaves pages of unknown contents, and so does one of a larger page of the kernel that ran out of calls: these count although they
        // were not resident.
        isExact = !setting.isFaulty() && setting.pageBytes() == PAGE_BYTES;
        audit = new SimulationAudit(heap, machine, model, setting.options(), isExact, this::note);
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
            return new Outcome(hash, heap.stats().purgedPages(), interleaved, misuse.refusedFrees(), outOfMemory, faults.injected());
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
        audit.stepBegins();
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
            case FAULT -> {
                if (setting.isFaulty() && depth == 1) {
                    faults.refuse(draw);
                }
            }
            case HEAL -> {
                if (depth == 1) {
                    faults.heal();
                }
            }
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
            if (depth == 1 && interleaved == interleavedBefore && !faults.isRefusing()) {
                audit.requireFull(bytes, alignment, full);
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
        misuse.freed(block.address);
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

    private void misuse() {
        if (claiming == 0) { // what somebody is about to be given is live, and the model has not heard of it
            misuse.tryOne(draw, depth == 1);
        }
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
                perform(SimulationStep.Kind.ofGuest(draw));
            }
        } catch (OutOfMemoryError | RuntimeException | AssertionError broken) {
            fail(broken);
        } finally {
            isFencing = wasFencing;
        }
    }

    @Override
    public void purging(long address, long bytes) {
        if (map.range().contains(address, 1)) { // tables have addresses of the real machine, which are others each time
            note(address + bytes);
            if (address == purgingAddress && bytes == purgingBytes && interleaved == purgingSince) {
                return; // nobody has done anything since
            }
            purgingAddress = address;
            purgingBytes = bytes;
            purgingSince = interleaved;
        }
        try {
            audit.requireNobodys(address, bytes);
        } catch (SimulationFailure broken) {
            fail(broken);
            throw broken;
        }
    }

    /// Remembers the first failure: upkeep may swallow what is thrown.
    private void fail(Throwable broken) {
        if (failure == null) {
            failure = broken;
        }
    }

    private void audit(boolean isThorough) {
        audit.audit(isThorough, arenas, misuse);
    }

    // ---- the end -------------------------------------------------------------------------------------------------

    private void end() {
        draw = new SimulationDraw(SimulationDraw.mix(steps.size(), 3));
        guestsLeft = 0;
        if (setting.end() != SimulationSetting.End.CLOSED) {
            giveEverythingBack();
        }
        as(() -> audit.close(arenas, draw));
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
        as(faults::heal);
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
        if (setting.end() == SimulationSetting.End.TRIMMED || faults.purgeWasRefused()) { // what was refused often waits for a flush
            as(() -> note(heap.trim()));
        }
        audit(true);
        audit.requireNothing();
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
}
