/// The other recall: empty small pages and sub-4K runs become free pages.
///
/// [RetireScan] is the box; the pages to look at come from a [RetireSource].
package dev.hz3.retire.scan;
