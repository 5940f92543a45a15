package dev.hz3.bench.cost;

import dev.hz3.bench.observe.Digits;
import java.util.List;
import java.util.Optional;

/// A cost now, and what it was.
///
///     before    ├────●────┤                     ├────●────┤
///     now             ├────●────┤                             ├──●──┤
///               they overlap: no difference     they do not: slower
///
/// @param now what was measured
/// @param before what was kept of the same thing, if anything
record CostDifference(Cost now, Optional<Cost> before) {

    /// What two costs of the same thing say.
    enum Outcome {
        /// Their intervals overlap.
        SAME("no difference beyond the noise"),
        /// They do not, and it takes longer.
        SLOWER("slower"),
        /// They do not, and it takes less long.
        FASTER("faster"),
        /// One of them has no interval.
        UNKNOWN("too few iterations to know the noise"),
        /// One is in another unit.
        ANOTHER_UNIT("measured in another unit"),
        /// There is nothing to compare with.
        NEW("not in the baseline");

        private final String words;

        Outcome(String words) {
            this.words = words;
        }

        /// In words.
        String words() {
            return words;
        }
    }

    /// Of `now` and that of `kept` that is of the same thing.
    static CostDifference of(Cost now, List<Cost> kept) {
        return new CostDifference(
                now, kept.stream().filter(cost -> cost.title().equals(now.title()) && cost.mode().equals(now.mode())).findFirst());
    }

    Outcome outcome() {
        if (before.isEmpty()) {
            return Outcome.NEW;
        }
        Cost then = before.get();
        if (!then.unit().equals(now.unit())) {
            return Outcome.ANOTHER_UNIT;
        }
        if (!then.hasNoise() || !now.hasNoise()) {
            return Outcome.UNKNOWN;
        }
        if (now.least() <= then.most() && then.least() <= now.most()) {
            return Outcome.SAME;
        }
        return ratio() > 1 ? Outcome.SLOWER : Outcome.FASTER;
    }

    /// How many times as long an operation takes now; not a number where that cannot be said.
    double ratio() {
        return before.filter(then -> then.unit().equals(now.unit()))
                .map(then -> now.isTime() ? now.figure() / then.figure() : then.figure() / now.figure())
                .orElse(Double.NaN);
    }

    /// Such as `slower by 12.0 %, beyond the noise`.
    String words() {
        return switch (outcome()) {
            case SLOWER, FASTER -> outcome().words() + " by " + Digits.of(Math.abs(ratio() - 1) * 100) + " %, beyond the noise";
            case SAME, UNKNOWN, ANOTHER_UNIT, NEW -> outcome().words();
        };
    }
}
