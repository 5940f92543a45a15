package dev.hz3.bench.observe;

/// One look at the process.
///
/// @param millis since the run began
/// @param cycle from 1; 0 before the first
/// @param phase what went on
/// @param residentBytes by the kernel's counter
/// @param liveBytes what the application asked for and has not freed
/// @param waitingBytes free, and about to be given back; 0 where the allocator does not tell
public record Sample(long millis, int cycle, Phase phase, long residentBytes, long liveBytes, long waitingBytes) {}
