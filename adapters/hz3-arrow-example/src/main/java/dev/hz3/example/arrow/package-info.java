/// An Arrow job that reads, computes and closes, and what its vectors cost, run with one allocation manager after the other.
///
/// Lines that begin with `sample` or `figure` are for `hz3-bench drop-ins`.
package dev.hz3.example.arrow;
