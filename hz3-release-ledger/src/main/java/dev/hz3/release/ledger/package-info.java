/// The memory of freed pages: they rest here, join, and are purged.
package dev.hz3.release.ledger;
