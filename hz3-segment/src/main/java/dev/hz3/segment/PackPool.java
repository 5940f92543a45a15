package dev.hz3.segment;

import static dev.hz3.segment.Geometry.PAGES_PER_SEGMENT;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The segments of one shard that have room, by their longest stretch of free pages.
///
///     bucket   1   2   3  …  16 │ 17…32  33…64  65…128  129…256  257…511  512
///              ↕   ↕   ↕      ↕    each a doubly linked list through the segments
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
    private static final int BUCKETS = EXACT + 7;
    private static final int UNLISTED = 0;

    private final int shard;
    private final Place[] heads = new Place[BUCKETS];
    private int nonEmpty; // bit b = bucket b has a segment
    private int listed;
    private volatile int whole; // in the last bucket; written under this

    /// An empty pool of shard `shard`.
    public PackPool(int shard) {
        this.shard = shard;
        for (int b = 0; b < BUCKETS; b++) {
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

    /// How many segments are listed all of whose pages are free: those of no header. A recent value.
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
            move(segment.place, bucket(segment.longestFreeStretch()));
        }
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

    /// Returns the tightest segment that has a stretch of `pages` free pages, an empty one only if `isEmptyToo`.
    public synchronized Segment tightest(int pages, boolean isEmptyToo) {
        int least = bucket(pages);
        int candidates = nonEmpty & (-1 << least);
        while (candidates != 0) {
            int b = Integer.numberOfTrailingZeros(candidates);
            for (Place p = heads[b].next; p != heads[b]; p = p.next) {
                // Every stretch of a bucket above is longer than all that belong in this one.
                if ((b != least || b <= EXACT || p.segment().longestFreeStretch() >= pages) && (isEmptyToo || b < BUCKETS - 2 || !p.segment().isEmpty())) {
                    return p.segment();
                }
            }
            candidates &= candidates - 1;
        }
        return Segment.NOWHERE;
    }

    /// Adds the segments that are wholly free now to `into`, in no order.
    public synchronized void addEmpty(List<Segment> into) {
        for (int b = BUCKETS - 2; b < BUCKETS; b++) { // a small segment's free pages are one less than a segment
            for (Place p = heads[b].next; p != heads[b]; p = p.next) {
                if (p.segment().isEmpty()) {
                    into.add(p.segment());
                }
            }
        }
    }

    /// Returns a segment that is wholly free and of which a page may be resident, after `skipped` others; [Segment#NOWHERE] if there is none. It stays listed.
    public synchronized Segment emptyAndDirty(int skipped) {
        int left = skipped;
        for (int b = BUCKETS - 2; b < BUCKETS; b++) {
            for (Place p = heads[b].next; p != heads[b]; p = p.next) {
                Segment segment = p.segment();
                if (segment.isEmpty() && !segment.isClean(segment.kind().pages()) && left-- == 0) {
                    return segment;
                }
            }
        }
        return Segment.NOWHERE;
    }

    /// Whether some segment is wholly free. Looks at no more than the first of each list.
    public synchronized boolean hasEmpty() {
        Place whole = heads[BUCKETS - 1].next;
        Place nearly = heads[BUCKETS - 2].next;
        return whole != heads[BUCKETS - 1] || nearly != heads[BUCKETS - 2] && nearly.segment().isEmpty();
    }

    private void move(Place place, int bucket) {
        if (place.bucket == bucket) {
            return;
        }
        if (place.bucket != UNLISTED) {
            place.unlink();
            listed--;
            Place head = heads[place.bucket];
            if (head.next == head) {
                nonEmpty &= ~(1 << place.bucket);
            }
        }
        if (bucket == BUCKETS - 1 || place.bucket == BUCKETS - 1) {
            int change = bucket == BUCKETS - 1 ? 1 : -1;
            int sum = whole + change;
            whole = sum;
        }
        place.bucket = bucket;
        if (bucket != UNLISTED) {
            place.linkBehind(heads[bucket]);
            listed++;
            nonEmpty |= 1 << bucket;
        }
    }

    /// 0 for no room, the stretch itself up to 16, then one bucket a doubling; whole segments have the last one.
    private static int bucket(int stretch) {
        if (stretch <= EXACT) {
            return stretch;
        }
        return stretch == PAGES_PER_SEGMENT
                ? BUCKETS - 1
                : EXACT + Integer.SIZE - Integer.numberOfLeadingZeros((stretch - 1) / EXACT);
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
