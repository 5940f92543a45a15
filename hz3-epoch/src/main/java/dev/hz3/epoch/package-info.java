/// The calendar: one tick of upkeep, its steps in the one right order, each within a budget.
///
/// Read in this order: [Epoch] is the tick, [EpochStep] what a step is, [IdleGate] how busy the heap is ([Load]), [EpochBudgets] what each may do, [TickTime] how long,
/// [EpochClock] the daemon that ticks while something waits to be returned.
///
/// Holds I6. The epoch does not know the heap: what the heap contributes comes in as an [EpochStep].
///
/// By itself:
///
/// ```java
/// AtomicInteger waiting = new AtomicInteger(3);
/// EpochStep purge = gate -> waiting.get() == 0 ? 0 : 4 - waiting.getAndDecrement();
/// Epoch epoch = new Epoch(new Epoch.Steps(EpochStep.NOTHING, EpochStep.NOTHING, EpochStep.NOTHING, purge), new IdleGate(16));
/// try (EpochClock clock = new EpochClock(epoch, () -> waiting.get() > 0, Duration.ofMillis(1), "upkeep")) {
///     clock.start();
///     clock.wake();
///     while (waiting.get() > 0) {
///         Thread.sleep(1);
///     }
/// }
/// System.out.println(waiting.get() + " " + epoch.failures()); // prints: 0 0
/// ```
package dev.hz3.epoch;
