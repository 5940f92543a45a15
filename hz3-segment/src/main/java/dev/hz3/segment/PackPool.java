package dev.hz3.segment;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The segments of one shard that have room, by their longest stretch of free pages; those that are wholly free by address.
///
///     bucket   1   2   3  …  16 │ 17…32  33…64  65…128  129…256  257…511 │ wholly free, resident   wholly free, clean
///              ↕   ↕   ↕      ↕    each a doubly linked list through the segments      see WholeSegments
///
/// A run is taken where it fits most tightly, so that segments that are nearly full become full and the others can
/// empty. A segment is listed once at most, or not at all when it has no room.
///
/// Threads: any; one lock a pool, held for a few instructions and never over a system call or a callback. Whoever has
/// changed the free pages of a segment calls [#update(Segment)] *after* it: the last to do so sees every change before it.
public final class PackPool {

    /// The pool of segments that belong to nobody; lists nothing.
    public static final PackPool NOBODYS = new PackPool(-1);

    private static final int EXACT = 16;
    private static final int LISTS = EXACT + 6;
    private static final int WHOLE_DIRTY = LISTS;
    private static final int WHOLE_CLEAN = LISTS + 1;
    private static final int UNLISTED = 0;

    private final int shard;
    private final Place[] heads = new Place[LISTS];
    private final WholeSegments wholeSegments = new WholeSegments();
    private int nonEmpty; // bit b = the list of bucket b has a segment
    private int listed;
    private volatile int whole; // how many are wholly free; written under this

    /// An empty pool of shard `shard`.
    public PackPool(int shard) {
        this.shard = shard;
        for (int b = 0; b < LISTS; b++) {
            heads[b] = new Place(null);
        }
    }

    /// The number of the shard that owns the segments in it.
    public int shard() {
        return shard;
    }

    /// How many segments are listed.
    public synchronized int listed() {
        return listed;
    }

    /// How many segments are wholly free. A recent value.
    public int whole() {
        return whole;
    }

    /// Puts a segment where it belongs now: new, or after pages of it were claimed, released or lent.
    public void update(Segment segment) {
        if (segment.home() != this) {
            throw new IllegalArgumentException("update(" + segment + "): of another pool, shard=" + shard);
        }
        synchronized (this) {
            if (segment.place.closed) {
                return;
            }
            move(segment.place, bucket(segment));
        }
    }

    /// Makes room for the segments of slot `index`: [#update(Segment)] needs no memory for them from then on.
    synchronized void prepare(int index) {
        wholeSegments.prepare(index);
    }

    /// Takes a segment out for good: it is being closed.
    public synchronized void remove(Segment segment) {
        segment.place.closed = true;
        move(segment.place, UNLISTED);
    }

    /// The segment in which a run of `pages` fits most tightly; [Segment#NOWHERE] where none has room. It stays listed, and
    /// another thread may be quicker: claim, then update, then ask again if the claim failed.
    public Segment tightest(int pages) {
        return tightest(pages, true);
    }

    /// Returns the tightest segment that has a stretch of `pages` free pages, one that is wholly free only if `isEmptyToo`.
    public synchronized Segment tightest(int pages, boolean isEmptyToo) {
        int least = bucket(pages);
        int candidates = nonEmpty & (-1 << least);
        while (candidates != 0) {
            int b = Integer.numberOfTrailingZeros(candidates);
            for (Place p = heads[b].next; p != heads[b]; p = p.next) {
                // Every stretch of a bucket above is longer than all that belong in this one.
                if (b != least || b <= EXACT || p.segment().longestFreeStretch() >= pages) {
                    return p.segment();
                }
            }
            candidates &= candidates - 1;
        }
        Segment first = isEmptyToo ? wholeSegments.first() : Segment.NOWHERE;
        return first != Segment.NOWHERE && pages <= first.kind().pages().count() ? first : Segment.NOWHERE;
    }

    /// Adds the segments that are wholly free now to `into`.
    public synchronized void addEmpty(List<Segment> into) {
        wholeSegments.addTo(into);
    }

    /// Adds the slots of the segments that are wholly free to `all`, and those of which a page may be resident to `dirty` as well.
    public synchronized void addEmpty(BitSet dirty, BitSet all) {
        wholeSegments.addTo(dirty, all);
    }

    /// Returns the lowest segment that is wholly free and of which a page may be resident, after `skipped` others; [Segment#NOWHERE] if there is none. It stays listed.
    public synchronized Segment emptyAndDirty(int skipped) {
        return wholeSegments.dirty(skipped);
    }

    /// Whether some segment is wholly free. A recent value.
    public boolean hasEmpty() {
        return whole != 0;
    }

    private void move(Place place, int bucket) {
        if (place.bucket == bucket) {
            return;
        }
        int before = whole;
        int changed = before;
        if (place.bucket >= LISTS) {
            wholeSegments.remove(place.segment());
            changed--;
        } else if (place.bucket != UNLISTED) {
            place.unlink();
            Place head = heads[place.bucket];
            if (head.next == head) {
                nonEmpty &= ~(1 << place.bucket);
            }
        }
        if (bucket >= LISTS) {
            wholeSegments.add(place.segment(), bucket == WHOLE_CLEAN);
            changed++;
        } else if (bucket != UNLISTED) {
            place.linkBehind(heads[bucket]);
            nonEmpty |= 1 << bucket;
        }
        listed += (bucket == UNLISTED ? 0 : 1) - (place.bucket == UNLISTED ? 0 : 1);
        place.bucket = bucket;
        if (changed != before) {
            whole = changed;
        }
    }

    private static int bucket(Segment segment) {
        if (segment.isEmpty()) {
            return segment.isClean(segment.kind().pages()) ? WHOLE_CLEAN : WHOLE_DIRTY;
        }
        return bucket(segment.longestFreeStretch());
    }

    /// 0 for no room, the stretch itself up to 16, then one bucket a doubling.
    private static int bucket(int stretch) {
        return stretch <= EXACT ? stretch : EXACT + Integer.SIZE - Integer.numberOfLeadingZeros((stretch - 1) / EXACT);
    }

    /// Where a segment is listed.
    static final class Place {
        private final @Nullable Segment segment;
        private Place next = this;
        private Place previous = this;
        private int bucket = UNLISTED;
        private boolean closed;

        Place(@Nullable Segment segment) {
            this.segment = segment;
        }

        private Segment segment() {
            return segment == null ? Segment.NOWHERE : segment;
        }

        private void unlink() {
            previous.next = next;
            next.previous = previous;
            next = this;
            previous = this;
        }

        private void linkBehind(Place head) {
            next = head.next;
            previous = head;
            next.previous = this;
            head.next = this;
        }
    }
}
