package dev.hz3.heap;

/// What the kernel refuses: which of a heap's calls, how many of them, and the answer.
record Fault(Target target, Form form, Errno errno) {

    /// A verb of the heap's machine, and the calls that it makes.
    enum Target {
        COMMIT(SystemCall.MPROTECT),
        /// The vectored call alone: one range a call still goes.
        PURGE_MANY(SystemCall.PROCESS_MADVISE),
        /// Every way to purge.
        PURGE(SystemCall.PROCESS_MADVISE, SystemCall.MADVISE, 4),
        HUGE_PAGES(SystemCall.MADVISE, 14),
        POPULATE(SystemCall.MADVISE, 23),
        SPLIT(SystemCall.MADVISE, 20),
        FENCE(SystemCall.MEMBARRIER),
        MEASURE(SystemCall.MINCORE),
        UNRESERVE(SystemCall.MUNMAP);

        private static final int DONTNEED = 4;
        private static final int DONTNEED_LOCKED = 24; // tried where the other is refused with EINVAL

        private final SystemCall call;
        private final SystemCall other;
        private final int advice; // of madvise; 0 = none

        Target(SystemCall call) {
            this(call, call, 0);
        }

        Target(SystemCall call, int advice) {
            this(call, call, advice);
        }

        Target(SystemCall call, SystemCall other, int advice) {
            this.call = call;
            this.other = other;
            this.advice = advice;
        }

        /// Whether it is asked for where a segment opens, and seldom twice.
        boolean isOfGrowth() {
            return this == COMMIT || this == HUGE_PAGES || this == POPULATE || this == SPLIT || this == MEASURE;
        }

        boolean isMeant(SystemCall made, long thirdArgument) {
            int given = (int) thirdArgument == DONTNEED_LOCKED ? DONTNEED : (int) thirdArgument;
            return (made == call || made == other) && (made != SystemCall.MADVISE || given == advice);
        }
    }

    /// How many of the calls.
    enum Form {
        /// All of them.
        EACH,
        /// Every other one.
        SOME,
        /// All purges, after they have done half of their work.
        HALF
    }

    /// The answers that these calls give in kernels of today, and one (ENOSYS) of kernels of yesterday and of sandboxes.
    enum Errno {
        EPERM(1),
        EINTR(4),
        EAGAIN(11),
        ENOMEM(12),
        EINVAL(22),
        ENOSYS(38);

        private final int number;

        Errno(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        /// Whether the machine asks again after it.
        boolean isPassing() {
            return this == EINTR || this == EAGAIN;
        }
    }

    @Override
    public String toString() {
        return "target=" + target + " form=" + form + " errno=" + errno;
    }
}
