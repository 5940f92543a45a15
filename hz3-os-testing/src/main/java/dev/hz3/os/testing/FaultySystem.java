package dev.hz3.os.testing;

import dev.hz3.os.OperatingSystem;
import dev.hz3.os.PurgeBatch;
import dev.hz3.os.ReservedRange;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;

/// A machine that refuses on demand what another one would have done.
///
///                 failNext, failAfter, failForever
///     ┌─ WELL ────────────────────────────────────▶ passes … refusals … ─┐
///     ▲                                                                  │
///     └──────────────── heal, or the last refusal was made ──────────────┘
///
/// How each verb refuses is how the kernel's refusal would look: [Verb#RESERVE] and [Verb#COMMIT] throw
/// `OutOfMemoryError` saying that it is injected, [Verb#PURGE] leaves ranges unmarked, [Verb#ADVISE] and [Verb#FENCE]
/// answer `false`. A refused call does not reach the other machine, except as [#purgeWhatIsRefused(boolean)] says.
///
/// Threads: any; a refusal planned for one call is made once. No lock is held over a call of the other machine.
public final class FaultySystem extends ForwardingSystem {

    /// What can be refused.
    public enum Verb {
        /// [OperatingSystem#reserve(long, long, long)]
        RESERVE,
        /// [OperatingSystem#commit(ReservedRange, long, long)]
        COMMIT,
        /// [OperatingSystem#purge(PurgeBatch)]; an empty batch is neither a pass nor a refusal
        PURGE,
        /// [OperatingSystem#advise(ReservedRange, long, long, Advice)]
        ADVISE,
        /// [OperatingSystem#fenceAllThreads()]
        FENCE
    }

    /// Let `passes` calls through, then refuse `refusals`.
    private record Plan(long passes, long refusals) {

        static final Plan WELL = new Plan(0, 0);

        boolean refusesNow() {
            return passes == 0 && refusals > 0;
        }

        Plan next() {
            if (passes > 0) {
                return new Plan(passes - 1, refusals);
            }
            return refusals == 0 || refusals == Long.MAX_VALUE ? this : new Plan(0, refusals - 1);
        }
    }

    private final Object lock = new Object(); // guards all below
    private final Map<Verb, Plan> plans = new EnumMap<>(Verb.class);
    private final Map<Verb, Long> injected = new EnumMap<>(Verb.class);
    private IntPredicate refusedRanges = FaultySystem::everyRange;
    private boolean purgesWhatIsRefused;
    private boolean purgesHalf;
    private boolean refusesAsLocked;

    /// Refuses nothing yet; everything goes to `delegate`.
    public FaultySystem(OperatingSystem delegate) {
        super(delegate);
    }

    // ---- what to refuse ------------------------------------------------------------------------------------------

    /// Refuses the next `count` calls of `verb`.
    public void failNext(Verb verb, int count) {
        failAfter(verb, 0, count);
    }

    /// Lets `passes` calls of `verb` through and refuses the `count` after them. Takes the place of an earlier plan for it.
    public void failAfter(Verb verb, long passes, long count) {
        if (passes < 0 || count < 0) {
            throw new IllegalArgumentException("failAfter(" + verb + ", passes=" + passes + ", count=" + count + ")");
        }
        synchronized (lock) {
            plans.put(verb, new Plan(passes, count));
        }
    }

    /// Refuses `verb` until [#heal()].
    public void failForever(Verb verb) {
        failAfter(verb, 0, Long.MAX_VALUE);
    }

    /// A purge that is refused by plan refuses only ranges whose index in the batch satisfies `refused`; the others go
    /// to the other machine. Without this it refuses all. Plans no refusal by itself.
    ///
    /// @param refused asked once for each index of a batch, under no lock
    public void failRanges(IntPredicate refused) {
        Objects.requireNonNull(refused, "refused");
        synchronized (lock) {
            refusedRanges = refused;
        }
    }

    /// Whether ranges whose purge is refused are purged all the same, without being marked: their contents are then
    /// lost although the call failed, which the contract allows.
    public void purgeWhatIsRefused(boolean wanted) {
        synchronized (lock) {
            purgesWhatIsRefused = wanted;
        }
    }

    /// Whether the first half of each refused range is purged, if it has more than one page: the kernel stops in the middle of a range.
    public void purgeHalfOfWhatIsRefused(boolean wanted) {
        synchronized (lock) {
            purgesHalf = wanted;
        }
    }

    /// Whether ranges whose purge is refused are marked as locked memory ([PurgeBatch#isLocked(int)]).
    public void refuseAsLocked(boolean wanted) {
        synchronized (lock) {
            refusesAsLocked = wanted;
        }
    }

    /// Refuses nothing from now on, and forgets every setting; what was [#injected()] stays counted.
    public void heal() {
        synchronized (lock) {
            plans.clear();
            refusedRanges = FaultySystem::everyRange;
            purgesWhatIsRefused = false;
            purgesHalf = false;
            refusesAsLocked = false;
        }
    }

    /// How many calls were refused, of all verbs; a batch of which some ranges were refused is one.
    public long injected() {
        synchronized (lock) {
            return injected.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /// How many calls of `verb` were refused.
    public long injected(Verb verb) {
        synchronized (lock) {
            return injected.getOrDefault(verb, 0L);
        }
    }

    private static boolean everyRange(int index) {
        return index >= 0;
    }

    /// Counts a call of `verb` against its plan.
    private boolean refuses(Verb verb) {
        synchronized (lock) {
            Plan plan = plans.getOrDefault(verb, Plan.WELL);
            plans.put(verb, plan.next());
            if (plan.refusesNow() && verb != Verb.PURGE) {
                injected.merge(verb, 1L, Long::sum);
            }
            return plan.refusesNow();
        }
    }

    // ---- the machine ---------------------------------------------------------------------------------------------

    @Override
    public ReservedRange reserve(long wantedBytes, long leastBytes, long alignmentBytes) {
        if (refuses(Verb.RESERVE)) {
            throw new OutOfMemoryError("reserve(wantedBytes=" + wantedBytes + ", leastBytes=" + leastBytes + ", alignmentBytes="
                    + alignmentBytes + "): injected: ENOMEM (12)");
        }
        return super.reserve(wantedBytes, leastBytes, alignmentBytes);
    }

    @Override
    public ReservedRange reserveTable(long bytes) {
        if (refuses(Verb.RESERVE)) {
            throw new OutOfMemoryError("reserveTable(bytes=" + bytes + "): injected: ENOMEM (12)");
        }
        return super.reserveTable(bytes);
    }

    @Override
    public void commit(ReservedRange range, long address, long bytes) {
        if (refuses(Verb.COMMIT)) {
            throw new OutOfMemoryError(
                    "commit(address=0x" + Long.toHexString(address) + ", bytes=" + bytes + "): injected: ENOMEM (12)");
        }
        super.commit(range, address, bytes);
    }

    @Override
    public int purge(PurgeBatch batch) {
        if (batch.size() == 0 || !refuses(Verb.PURGE)) {
            return super.purge(batch);
        }
        IntPredicate refused;
        boolean purgesAll;
        boolean half;
        boolean asLocked;
        synchronized (lock) {
            refused = refusedRanges;
            purgesAll = purgesWhatIsRefused;
            half = purgesHalf;
            asLocked = refusesAsLocked;
        }
        batch.unmarkAll();
        PurgeBatch passed = new PurgeBatch();
        int[] originals = new int[batch.size()]; // index in `passed` → index in `batch`, or -1 for one not to be marked
        int refusals = 0;
        for (int i = 0; i < batch.size(); i++) {
            boolean refusesThis = refused.test(i);
            if (refusesThis) {
                refusals++;
            }
            long bytes = refusesThis && half ? batch.bytes(i) / 2 & -pageBytes() : batch.bytes(i);
            if (bytes != 0 && (!refusesThis || purgesAll || half)) {
                originals[passed.size()] = refusesThis ? -1 : i;
                passed.add(batch.address(i), bytes);
            }
        }
        int calls = passed.size() == 0 ? 0 : super.purge(passed);
        for (int i = 0; asLocked && i < batch.size(); i++) {
            if (refused.test(i)) {
                batch.markLocked(i);
            }
        }
        for (int i = 0; i < passed.size(); i++) {
            if (originals[i] >= 0 && passed.isPurged(i)) {
                batch.markPurged(originals[i]);
            }
        }
        if (refusals > 0) {
            synchronized (lock) {
                injected.merge(Verb.PURGE, 1L, Long::sum);
            }
        }
        return Math.max(calls, 1); // a refused call is a call
    }

    @Override
    public boolean advise(ReservedRange range, long address, long bytes, Advice advice) {
        return !refuses(Verb.ADVISE) && super.advise(range, address, bytes, advice);
    }

    @Override
    public boolean fenceAllThreads() {
        return !refuses(Verb.FENCE) && super.fenceAllThreads();
    }
}
