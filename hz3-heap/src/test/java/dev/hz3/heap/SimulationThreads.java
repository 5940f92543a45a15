package dev.hz3.heap;

import dev.hz3.heap.cache.CacheTable;
import dev.hz3.heap.cache.ThreadCache;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The threads of a simulation: one real thread plays them all, one inside the other where the machine lets others go on.
///
///     tick by thread 1 ──▶ purge ──▶ allocate by thread 3 ──▶ commit ──▶ free by thread 2
///
/// A thread that stands in that row, or that would have to wait for one that does, does nothing until it is its turn again.
final class SimulationThreads {

    /// Owns the caches of those that have died.
    private static final Thread DEAD = Thread.ofPlatform().unstarted(() -> {});

    /// One of them.
    static final class Actor {
        final int number;
        final CacheTable.Role role;
        private @Nullable ThreadCache cache;
        private boolean isInside;

        Actor(int number, boolean isVirtual) {
            this.number = number;
            role = new CacheTable.Role(number, isVirtual);
        }
    }

    private final CacheTable table;
    private final List<Actor> living = new ArrayList<>();
    private @Nullable Actor playing;
    private int virtualInside;
    private int born;

    SimulationThreads(CacheTable table) {
        this.table = table;
    }

    Actor bear(boolean isVirtual) {
        Actor actor = new Actor(++born, isVirtual);
        living.add(actor);
        return actor;
    }

    int count() {
        return living.size();
    }

    /// Whether a virtual thread stands in the row: it holds a lock that others would wait for.
    boolean isVirtualInside() {
        return virtualInside != 0;
    }

    /// The living thread with that number, or the next in order, that need not wait; null where all must.
    @Nullable Actor find(int number, boolean isFencing) {
        Actor any = null;
        for (Actor actor : living) {
            if (mayAct(actor, isFencing) && (any == null || actor.number <= number)) {
                any = actor;
            }
        }
        return any;
    }

    private boolean mayAct(Actor actor, boolean isFencing) {
        ThreadCache cache = actor.cache;
        if (actor.isInside) {
            return false;
        }
        if (cache == null) {
            return !isFencing || actor.role.isVirtual(); // the cache that it would be given may be one that upkeep has borrowed
        }
        return !cache.isRevoked();
    }

    /// Goes on as `actor`.
    ///
    /// @return who it was until now, to go back to
    @Nullable Actor enter(Actor actor) {
        Actor outer = playing;
        if (outer != null) {
            outer.cache = table.played();
        }
        actor.isInside = true;
        virtualInside += actor.role.isVirtual() ? 1 : 0;
        playing = actor;
        table.play(actor.role, actor.cache);
        return outer;
    }

    /// Goes back to being `outer`.
    void exit(Actor actor, @Nullable Actor outer) {
        actor.cache = table.played();
        actor.isInside = false;
        virtualInside -= actor.role.isVirtual() ? 1 : 0;
        playing = outer;
        table.play(actor.role, null);
        if (outer != null) {
            table.play(outer.role, outer.cache);
        }
    }

    /// Dies, with whatever its cache holds.
    void die(Actor actor) {
        living.remove(actor);
        ThreadCache cache = actor.cache;
        if (cache != null) {
            cache.owner(DEAD);
        }
    }

    List<Actor> living() {
        return living;
    }
}
