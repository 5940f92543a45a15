package dev.hz3.release.ledger;

import org.jspecify.annotations.Nullable;

/// The entries that have waiting pages, first in, first out. Linked through the entries, each of which is in it once at most: to add one needs no memory.
///
/// Threads: any; its own lock, for a few instructions. The size may be read without it.
final class WaitingQueue {

    private @Nullable WaitingPages head;
    private @Nullable WaitingPages tail;
    private volatile int size; // written under the lock

    /// Puts an entry at the end, which is in no queue.
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
    synchronized void add(WaitingPages entry) {
        assert entry.next == null && entry != tail;
        if (tail == null) {
            head = entry;
        } else {
            tail.next = entry;
        }
        tail = entry;
        size++;
    }

    /// Takes the first one out; null if there is none.
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
    synchronized @Nullable WaitingPages poll() {
        WaitingPages first = head;
        if (first == null) {
            return null;
        }
        head = first.next;
        first.next = null;
        if (head == null) {
            tail = null;
        }
        size--;
        return first;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }
}
