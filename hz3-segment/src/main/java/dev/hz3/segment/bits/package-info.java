/// The pen that writes `free_bits`, for the release boundary alone.
///
/// The module exports this package to `dev.hz3.release.boundary` and to nobody else, so a second writer in another
/// module does not compile; inside this module a rule of the architecture tests says the same (I1).
package dev.hz3.segment.bits;
