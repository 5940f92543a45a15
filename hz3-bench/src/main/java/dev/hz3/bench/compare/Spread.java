package dev.hz3.bench.compare;

import java.util.List;

/// Figures of the same thing, summed up.
///
/// @param least of them
/// @param lowerQuartile a quarter is at or below it
/// @param median the middle one, or the mean of the two in the middle
/// @param upperQuartile a quarter is at or above it
/// @param most of them
/// @param count how many there are
public record Spread(double least, double lowerQuartile, double median, double upperQuartile, double most, int count) {

    /// Sums up `figures`, at least one.
    public static Spread of(List<Double> figures) {
        if (figures.isEmpty()) {
            throw new IllegalArgumentException("no figures");
        }
        List<Double> sorted = figures.stream().sorted().toList();
        return new Spread(
                sorted.getFirst(),
                quantile(sorted, 0.25),
                quantile(sorted, 0.5),
                quantile(sorted, 0.75),
                sorted.getLast(),
                sorted.size());
    }

    /// Between two neighbours by their distance: method 7 of Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996.
    private static double quantile(List<Double> sorted, double share) {
        double place = share * (sorted.size() - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.size() - 1);
        return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
    }
}
