/// The other recall: empty small pages and sub-4K runs become free pages.
package dev.hz3.retire.scan;
