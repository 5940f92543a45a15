/// The machine: reserve, commit, purge, measure; the only native code.
///
/// Read in this order: [OperatingSystem] is the handful of verbs, [ReservedRange] the addresses they speak of,
/// [PurgeBatch] what a purge is asked and answers, [LinuxSystem] the real machine.
///
/// All restricted calls of the project are made in this package, so that `--enable-native-access=dev.hz3.os` is all
/// that a user types (invariant I7). Every class here is safe for use by any thread unless its comment says otherwise.
///
/// By itself:
///
/// ```java
/// try (OperatingSystem os = LinuxSystem.open()) {
///     ReservedRange range = os.reserve(1L << 30, 1L << 30, 1L << 21); // addresses, no memory
///     os.commit(range, range.base(), 1 << 20);
///     range.memory().asSlice(0, 1 << 20).fill((byte) 1);
///     PurgeBatch batch = new PurgeBatch();
///     batch.add(range.base(), 1 << 20);
///     os.purge(batch);
///     System.out.println(batch.isPurged(0) + " " + os.residentBytes(range, range.base(), 1 << 20)); // prints: true 0
///     os.unreserve(range);
/// }
/// ```
package dev.hz3.os;
