package dev.hz3.segment;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// The segments of a pool that are wholly free, by address: those of which a page may be resident, and the clean ones.
///
/// The lowest is taken first. So a load that comes again finds its segments where it found them before, and the others stay side by side for blocks that
/// need several.
///
/// Threads: one at a time, under the pool's lock.
final class WholeSegments {

    private final BitSet dirty = new BitSet();
    private final BitSet clean = new BitSet();
    private Segment[] segments = {}; // by index; of those that are in neither set, whatever was there last

    /// Makes room for the segments of slot `index`, so that nothing else here needs memory for them.
    void prepare(int index) {
        if (index < segments.length) {
            return;
        }
        int length = Math.max(index + 1, segments.length * 2);
        Segment[] longer = Arrays.copyOf(segments, length);
        Arrays.fill(longer, segments.length, length, Segment.NOWHERE);
        for (BitSet set : List.of(dirty, clean)) { // a set keeps the room that it once had
            set.set(length - 1);
            set.clear(length - 1);
        }
        segments = longer;
    }

    void add(Segment segment, boolean isClean) {
        prepare(segment.index());
        segments[segment.index()] = segment;
        (isClean ? clean : dirty).set(segment.index());
    }

    void remove(Segment segment) {
        int index = segment.index();
        if (index < segments.length && segments[index] == segment) {
            dirty.clear(index);
            clean.clear(index);
            segments[index] = Segment.NOWHERE;
        }
    }

    /// The one to take first, resident before clean; [Segment#NOWHERE] if there is none.
    Segment first() {
        int index = dirty.nextSetBit(0);
        return at(index >= 0 ? index : clean.nextSetBit(0));
    }

    /// The lowest of which a page may be resident, after `skipped` others; [Segment#NOWHERE] if there is none.
    Segment dirty(int skipped) {
        int index = dirty.nextSetBit(0);
        for (int left = skipped; left > 0 && index >= 0; left--) {
            index = dirty.nextSetBit(index + 1);
        }
        return at(index);
    }

    private Segment at(int index) {
        return index < 0 ? Segment.NOWHERE : segments[index];
    }

    void addTo(List<Segment> into) {
        addTo(dirty, into);
        addTo(clean, into);
    }

    private void addTo(BitSet set, List<Segment> into) {
        for (int i = set.nextSetBit(0); i >= 0; i = set.nextSetBit(i + 1)) {
            into.add(segments[i]);
        }
    }

    void addTo(BitSet intoDirty, BitSet intoAll) {
        intoDirty.or(dirty);
        intoAll.or(dirty);
        intoAll.or(clean);
    }
}
