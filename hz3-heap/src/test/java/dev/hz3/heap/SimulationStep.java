package dev.hz3.heap;

import java.util.ArrayList;
import java.util.List;

/// One step of a simulation. Everything that chance decides within it follows from `draw`, so a step means much the same when others
/// are left out.
///
/// @param kind what is done
/// @param draw what the details follow from
record SimulationStep(Kind kind, long draw) {

    /// What can be done. The numbers are weights by [Mood].
    enum Kind {
        ALLOCATE(30, 12, 12, 3),
        ALLOCATE_MANY(6, 1, 1, 0),
        ALLOCATE_ALIGNED(4, 2, 1, 0),
        ALLOCATE_PAIRS(2, 2, 4, 1),
        FREE(12, 26, 12, 4),
        FREE_MANY(1, 8, 1, 1),
        VERIFY(2, 2, 2, 2),
        MISUSE(4, 4, 4, 2),
        TICK(2, 3, 2, 14),
        CLOCK(0, 1, 1, 6),
        TRIM(1, 1, 1, 2),
        BIRTH(2, 2, 4, 1),
        DEATH(1, 2, 3, 1),
        ARENA_OPEN(1, 1, 2, 0),
        ARENA_ALLOCATE(3, 2, 8, 0),
        ARENA_CLOSE(1, 1, 2, 1),
        FAULT(1, 1, 1, 2),
        HEAL(1, 1, 1, 2);

        private final int growing;
        private final int shrinking;
        private final int mixed;
        private final int quiet;

        Kind(int growing, int shrinking, int mixed, int quiet) {
            this.growing = growing;
            this.shrinking = shrinking;
            this.mixed = mixed;
            this.quiet = quiet;
        }

        private int weight(Mood mood) {
            return switch (mood) {
                case GROWING -> growing;
                case SHRINKING -> shrinking;
                case MIXED -> mixed;
                case QUIET -> quiet;
            };
        }

        /// What somebody does while another's step is under way.
        static Kind ofGuest(SimulationDraw draw) {
            int dice = draw.next(100);
            if (dice < 34) {
                return ALLOCATE;
            }
            if (dice < 66) {
                return FREE;
            }
            if (dice < 74) {
                return MISUSE;
            }
            if (dice < 84) {
                return TICK;
            }
            if (dice < 88) {
                return TRIM;
            }
            if (dice < 92) {
                return VERIFY;
            }
            return dice < 96 ? BIRTH : DEATH;
        }
    }

    /// What an application is like for a while.
    private enum Mood {
        GROWING,
        SHRINKING,
        MIXED,
        QUIET
    }

    /// The steps that follow from a seed.
    static List<SimulationStep> plan(long seed, int steps) {
        SimulationDraw draw = new SimulationDraw(SimulationDraw.mix(seed, 1));
        List<SimulationStep> plan = new ArrayList<>(steps);
        Mood mood = Mood.GROWING;
        int left = 0;
        for (int i = 0; i < steps; i++) {
            if (left-- == 0) {
                mood = Mood.values()[draw.next(Mood.values().length)];
                left = 10 + draw.next(mood == Mood.QUIET ? 30 : 150);
            }
            plan.add(new SimulationStep(kind(mood, draw), draw.next()));
        }
        return plan;
    }

    private static final Kind[] KINDS = Kind.values();

    private static Kind kind(Mood mood, SimulationDraw draw) {
        int sum = 0;
        for (Kind kind : KINDS) {
            sum += kind.weight(mood);
        }
        int dice = draw.next(sum);
        for (Kind kind : KINDS) {
            dice -= kind.weight(mood);
            if (dice < 0) {
                return kind;
            }
        }
        throw new AssertionError("weights of " + mood);
    }
}
