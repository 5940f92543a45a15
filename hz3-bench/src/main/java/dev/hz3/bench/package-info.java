/// The observatory: burst/idle, trace replay, JMH per box, peers, and the proofs of the walls.
///
/// [Main] is the command line, with a class for each command. What they do is in packages of its own: `burst` the
/// burst/idle job, `steady` the trial of steady load, `compare` all rows of the goals, `dropin` programs that use Netty and Arrow, `giveback` who gives
/// memory back, `record` and `replay` the loads of real programs, `explain` the life of a block, `jmh` what single operations cost, `cost` how that is
/// asked for, shown and compared, `observe` how a process is watched, `peers` the allocators that are measured.
package dev.hz3.bench;
