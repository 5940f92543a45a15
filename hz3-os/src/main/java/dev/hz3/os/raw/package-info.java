/// Access to bookkeeping at bare addresses, for the box that keeps tables and for nobody else.
///
/// The module exports this package to `dev.hz3.segment` alone, so no other box can write a page word or the state of a block
/// behind its back: there is one door to each table, and it stands beside the table's description.
package dev.hz3.os.raw;
