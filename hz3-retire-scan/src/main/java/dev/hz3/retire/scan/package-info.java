/// The other recall: empty small pages and sub-4K runs become free pages.
///
/// [RetireScan] takes empty runs out of stock, which proves that nobody holds a block of them, and hands their pages to the
/// release boundary; [RetireBudget] says how much of it.
package dev.hz3.retire.scan;
