/// The machine: reserve, commit, purge, measure; the only native code.
///
/// Read in this order: [OperatingSystem] is the handful of verbs, [ReservedRange] the addresses they speak of,
/// [PurgeBatch] what a purge is asked and answers, [LinuxSystem] the real machine.
///
/// All restricted calls of the project are made in this package, so that `--enable-native-access=dev.hz3.os` is all
/// that a user types (invariant I7). Every class here is safe for use by any thread unless its comment says otherwise.
package dev.hz3.os;
