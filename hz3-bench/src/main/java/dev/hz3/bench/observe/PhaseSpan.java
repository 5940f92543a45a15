package dev.hz3.bench.observe;

/// How long a phase took.
///
/// @param cycle from 1; 0 before the first
/// @param phase what went on
/// @param startMillis since the run began
/// @param endMillis since the run began, exclusive
public record PhaseSpan(int cycle, Phase phase, long startMillis, long endMillis) {}
