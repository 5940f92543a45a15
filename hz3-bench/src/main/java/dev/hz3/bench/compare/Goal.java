package dev.hz3.bench.compare;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// One line of the table of goals: a figure of a task, against whom, and the bar.
///
/// @param row where it stands
/// @param title what is measured, for a person
/// @param task what is run
/// @param figure which of its figures
/// @param unit of the figure; empty for a share or a multiple
/// @param rivals against whom; the figure itself is compared with the bar where it is nobody
/// @param direction on which side of the bar it should be
/// @param bar the ratio, or the figure, that decides; [#NONE] where the figure is only noted
public record Goal(Row row, String title, Task task, String figure, String unit, Rivals rivals, Direction direction, double bar)
        implements Line {

    private static final int BAR_DIGITS = 4;

    /// No bar.
    static final double NONE = Double.NaN;

    /// What a peer holds a second after a burst, as a share of it, where it counts as giving memory back.
    static final double GIVERS_HOLD_LESS_THAN = 0.10;

    static final String HELD_SHARE = "held_share";

    /// Against whom.
    public enum Rivals {
        /// Nobody: the figure speaks for itself.
        NOBODY("—"),
        /// Nobody, and the worst of the rounds counts, not the median.
        NOBODY_EVER("—"),
        /// This heap itself, keeping everything for ever.
        RELEASE_OFF("release off"),
        /// The fastest of all peers.
        FASTEST("fastest"),
        /// The fastest of those that keep what was freed.
        FASTEST_KEEPER("fastest that keeps"),
        /// The fastest of those that give it back.
        FASTEST_GIVER("fastest that gives back");

        private final String label;

        Rivals(String label) {
            this.label = label;
        }

        /// For a person.
        public String label() {
            return label;
        }

        private boolean isNobody() {
            return this == NOBODY || this == NOBODY_EVER;
        }
    }

    /// On which side of the bar.
    public enum Direction {
        /// The less, the better.
        AT_MOST("≤"),
        /// The more, the better.
        AT_LEAST("≥");

        private final String sign;

        Direction(String sign) {
            this.sign = sign;
        }

        /// Before the bar.
        public String sign() {
            return sign;
        }

        private boolean holds(double value, double bar) {
            return this == AT_MOST ? value <= bar : value >= bar;
        }

        private ToDoubleFunction<Spread> worst() {
            return this == AT_MOST ? Spread::most : Spread::least;
        }
    }

    @Override
    public Stream<Task> tasks() {
        return Stream.of(task);
    }

    @Override
    public Optional<Finding> judge(Function<Task, Optional<Figures>> known) {
        return known.apply(task).map(this::judge);
    }

    /// Whether it is met, by what `figures` say of its task.
    public Finding judge(Figures figures) {
        Optional<Spread> own = figures.spread(Contender.HZ3, figure);
        if (own.isEmpty()) {
            return new Finding(this, own, Optional.empty(), Optional.empty(), Double.NaN, Finding.Outcome.NOT_MEASURED);
        }
        if (rivals.isNobody()) {
            double value = rivals == Rivals.NOBODY ? own.get().median() : direction.worst().applyAsDouble(own.get());
            return new Finding(this, own, Optional.empty(), Optional.empty(), value, outcome(value));
        }
        Optional<Contender> rival = task.contenders().stream()
                .filter(contender -> rivals == Rivals.RELEASE_OFF ? contender == Contender.HZ3_RELEASE_OFF : contender.isPeer())
                .filter(contender -> isRival(figures, contender))
                .min(Comparator.comparingDouble(contender -> figures.spread(contender, figure).orElseThrow().median()));
        if (rival.isEmpty()) {
            return new Finding(this, own, rival, Optional.empty(), Double.NaN, Finding.Outcome.NO_RIVAL);
        }
        Spread best = figures.spread(rival.get(), figure).orElseThrow();
        double ratio = own.get().median() / best.median();
        return new Finding(this, own, rival, Optional.of(best), ratio, outcome(ratio));
    }

    private Finding.Outcome outcome(double value) {
        if (Double.isNaN(bar)) {
            return Finding.Outcome.NOTED;
        }
        return direction.holds(value, bar) ? Finding.Outcome.MET : Finding.Outcome.MISSED;
    }

    private boolean isRival(Figures figures, Contender contender) {
        if (figures.spread(contender, figure).isEmpty()) {
            return false;
        }
        if (rivals == Rivals.FASTEST || rivals == Rivals.RELEASE_OFF) {
            return true;
        }
        return figures.spread(contender, HELD_SHARE)
                .map(held -> held.median() < GIVERS_HOLD_LESS_THAN == (rivals == Rivals.FASTEST_GIVER))
                .orElse(false);
    }

    @Override
    public String against() {
        return rivals.label();
    }

    @Override
    public String barText() {
        return barText(direction, bar);
    }

    /// Such as `≤ 0.7`.
    static String barText(Direction direction, double bar) {
        return Double.isNaN(bar) ? "—" : direction.sign() + " " + BigDecimal.valueOf(bar).setScale(BAR_DIGITS, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString();
    }
}
