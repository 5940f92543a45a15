package dev.hz3.bench.architecture.rogue;

import dev.hz3.segment.Segment;
import dev.hz3.segment.bits.FreeBits;
import java.util.function.Function;

/// Takes a segment's bits in hand, with and without naming their type.
public final class RogueHolder {

    private RogueHolder() {}

    static int byName(FreeBits bits) {
        return bits.freePages();
    }

    static int byCall(Segment segment) {
        return segment.bits().hashCode();
    }

    static Function<Segment, Object> byReference() {
        return Segment::bits;
    }
}
