/// The pen that writes who holds a block, for the front door alone.
///
/// A state is written at a bare address, so the module exports this package to `dev.hz3.heap` and to nobody else.
package dev.hz3.segment.states;
