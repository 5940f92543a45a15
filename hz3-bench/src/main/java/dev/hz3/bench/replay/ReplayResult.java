package dev.hz3.bench.replay;

/// What one replay showed.
///
/// @param nanos wall time of all events, without decoding
/// @param peakResidentBytes the most that the process held above its base, however briefly: the kernel's high-water mark
/// @param residentAtEndBytes what it held above its base after everything was freed, and given back if it was a replay that verifies
/// @param damaged blocks whose tags did not read back
/// @param firstDamage the first of them, in words; empty where there is none
public record ReplayResult(long nanos, long peakResidentBytes, long residentAtEndBytes, long damaged, String firstDamage) {}
