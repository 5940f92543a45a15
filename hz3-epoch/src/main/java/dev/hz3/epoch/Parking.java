package dev.hz3.epoch;

import java.util.concurrent.locks.LockSupport;

/// How the thread of a clock waits and is called. A wait may also end for no reason; a call that comes before a wait ends it.
///
/// A clock parks by [LockSupport]. A test parks by a list of what happens meanwhile, and needs neither a thread nor time.
///
/// Threads: one waits, any call.
interface Parking {

    /// Waits until [#unpark(Thread)]; `blocker` is who waits, for a look from outside.
    void park(Object blocker);

    /// Waits for at most `nanos`, or until [#unpark].
    void park(Object blocker, long nanos);

    /// Ends the wait of `thread`.
    void unpark(Thread thread);

    /// The time by which waits are as long as they are, in ns from some moment on.
    long nanoTime();

    /// Of threads that are there.
    record OfThreads() implements Parking {

        @Override
        public void park(Object blocker) {
            LockSupport.park(blocker);
        }

        @Override
        public void park(Object blocker, long nanos) {
            LockSupport.parkNanos(blocker, nanos);
        }

        @Override
        public void unpark(Thread thread) {
            LockSupport.unpark(thread);
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    }
}
