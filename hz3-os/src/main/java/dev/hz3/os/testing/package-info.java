/// Machines for tests and tools: they count, refuse, or are not there at all.
package dev.hz3.os.testing;
