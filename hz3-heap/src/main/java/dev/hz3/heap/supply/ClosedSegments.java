package dev.hz3.heap.supply;

import dev.hz3.release.boundary.ReleaseBoundary;
import dev.hz3.release.ledger.ReleaseLedger;
import dev.hz3.segment.AddressMap;
import dev.hz3.segment.PackPool;
import dev.hz3.segment.Segment;
import dev.hz3.segment.SegmentKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The segments that have left the address map and still have their pages, until they are purged or opened again.
///
/// Room for a segment is made before it is closed, so that none is lost if there is no Java memory.
///
/// Threads: any, several at a time.
final class ClosedSegments {

    private final AddressMap map;
    private final ReleaseBoundary boundary;
    private final ReleaseLedger ledger;
    private final List<Shard> shards;
    private final SegmentWatch watch;
    private final ArrayList<Segment> waiting = new ArrayList<>(); // under its own lock
    private int taking; // under the same lock: how many are with somebody who may put them back
    private final AtomicReference<@Nullable Lists> spare = new AtomicReference<>(new Lists());

    /// What one call of [#closeEmpty] works with, kept for the next: empty in between.
    private static final class Lists {
        private final ArrayList<Segment> found = new ArrayList<>();
        private final ArrayList<Segment> taken = new ArrayList<>();
        private final ArrayList<Segment> purged = new ArrayList<>();
    }

    ClosedSegments(AddressMap map, ReleaseBoundary boundary, ReleaseLedger ledger, List<Shard> shards, SegmentWatch watch) {
        this.map = map;
        this.boundary = boundary;
        this.ledger = ledger;
        this.shards = shards;
        this.watch = watch;
    }

    /// Opens one again; [Segment#NOWHERE] if there is none.
    Segment reopen(SegmentKind kind, PackPool home) {
        Segment closed;
        synchronized (waiting) {
            if (waiting.isEmpty()) {
                return Segment.NOWHERE;
            }
            closed = waiting.removeLast();
            taking++;
        }
        boolean isOpen = false;
        try {
            Segment opened = map.reopen(closed, kind, home);
            isOpen = true;
            return opened;
        } finally {
            putBack(closed, !isOpen);
        }
    }

    /// Closes a segment that is wholly free, and opens it again as another kind; [Segment#NOWHERE] if it is not free any more.
    Segment reopen(Segment empty, SegmentKind kind, PackPool home) {
        makeRoom();
        boolean isOurs = false; // somebody else may be closing it
        boolean isOpen = false;
        try {
            isOurs = boundary.claimToReopen(empty, kind);
            if (!isOurs) {
                return Segment.NOWHERE;
            }
            map.close(empty);
            Segment opened = map.reopen(empty, kind, home);
            isOpen = true;
            return opened;
        } finally {
            putBack(empty, isOurs && empty.isClosed() && !isOpen);
        }
    }

    private void makeRoom() {
        synchronized (waiting) {
            waiting.ensureCapacity(waiting.size() + taking + 1);
            taking++;
        }
    }

    /// Closes the segments that are wholly free and purges what is left in them.
    ///
    /// @return how many slots became free
    long closeEmpty() {
        Lists kept = spare.getAndSet(null);
        Lists lists = kept == null ? new Lists() : kept;
        try {
            for (int i = 0; i < shards.size(); i++) {
                close(shards.get(i).mediumPool(), lists.found);
                close(shards.get(i).smallPool(), lists.found);
            }
            return purge(lists);
        } finally {
            lists.purged.clear();
            spare.set(lists);
        }
    }

    private void close(PackPool pool, List<Segment> found) {
        try {
            pool.addEmpty(found);
            for (int i = 0; i < found.size(); i++) {
                close(found.get(i));
            }
        } finally {
            found.clear();
        }
    }

    private void close(Segment segment) {
        // One without a header is purged whole while it is lent, and closed when that is done.
        if (segment.kind().headerPages() == 0 && !segment.isClean(segment.kind().pages())) {
            return;
        }
        makeRoom();
        boolean isOurs = false; // somebody else may be closing it
        try {
            isOurs = boundary.claimToClose(segment);
            if (isOurs) {
                map.close(segment);
            }
        } finally {
            putBack(segment, isOurs && segment.isClosed());
        }
    }

    private long purge(Lists lists) {
        try {
            take(ledger.isLockedOut(), lists); // one is enough to find out whether the kernel takes them now
            ledger.purgeClosed(lists.taken, lists.purged);
        } finally {
            settle(lists.taken, lists.purged);
        }
        return tell(lists.purged);
    }

    /// Takes all that wait, or at most one.
    private void take(boolean one, Lists lists) {
        synchronized (waiting) {
            int count = one ? Math.min(1, waiting.size()) : waiting.size();
            lists.taken.ensureCapacity(count);
            lists.purged.ensureCapacity(count);
            for (int i = 0; i < count; i++) {
                lists.taken.add(waiting.removeLast());
            }
            taking += count;
        }
    }

    /// Frees the slots of those that were purged, and keeps the others. Needs no memory; and if it breaks off all the same, those that are left are purged once more the next time.
    private void settle(List<Segment> taken, List<Segment> purged) {
        int left = purged.size();
        while (!taken.isEmpty()) {
            Segment segment = taken.removeLast();
            boolean isPurged = left > 0 && purged.get(left - 1) == segment;
            putBack(segment, !isPurged);
            if (isPurged) {
                left--;
                map.free(segment);
            }
        }
    }

    /// @return how many they are
    private int tell(List<Segment> freed) {
        int count = freed.size();
        for (int i = 0; i < count; i++) {
            watch.closed(freed.get(i));
        }
        return count;
    }

    /// Ends the work on a segment for which there is room.
    private void putBack(Segment segment, boolean waits) {
        synchronized (waiting) {
            taking--;
            if (waits) {
                waiting.add(segment);
            }
        }
    }
}
