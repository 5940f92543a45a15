/// The life of one block and of its pages, told by a heap that lives it at that moment.
///
/// Read in this order: [dev.hz3.bench.explain.Step] is a moment of it, [dev.hz3.bench.explain.LifeOfABlock] lives through all of them,
/// [dev.hz3.bench.explain.LifePage] is how it is read.
@NullMarked
package dev.hz3.bench.explain;

import org.jspecify.annotations.NullMarked;
