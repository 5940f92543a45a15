package dev.hz3.bench.architecture.rogue;

import java.util.concurrent.atomic.AtomicLong;

/// Keeps state where all heaps share it.
public final class RogueStatics {

    static final int CONSTANT = 42;
    static final AtomicLong COUNTER = new AtomicLong();
    static final long[] TABLE = new long[8];
    static int changing;

    private RogueStatics() {}
}
