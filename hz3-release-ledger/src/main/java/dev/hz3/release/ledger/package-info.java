/// The memory of freed pages: they rest here, join, and are purged.
///
/// Read in this order: [ReleaseLedger] is the book, [Gate] and [IdleGate] decide how patient it is, [PurgePlan] how much it may
/// do in one turn.
///
/// Holds I5 together with the boundary: pages are purged only while lent, and only here. No lock is held over a system call.
package dev.hz3.release.ledger;
