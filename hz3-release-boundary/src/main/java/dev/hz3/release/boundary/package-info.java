/// The door: the one writer of `free_bits`, in both directions.
package dev.hz3.release.boundary;
