package dev.hz3.heap;

/// System calls that a heap makes, with their numbers on this machine.
enum SystemCall {
    MMAP(9, 222),
    MPROTECT(10, 226),
    MUNMAP(11, 215),
    MINCORE(27, 232),
    MADVISE(28, 233),
    CLONE(56, 220),
    SECCOMP(317, 277),
    MEMBARRIER(324, 283),
    PIDFD_OPEN(434, 434),
    CLONE3(435, 435),
    PROCESS_MADVISE(440, 440);

    private final int onAmd64;
    private final int elsewhere;

    SystemCall(int onAmd64, int elsewhere) {
        this.onAmd64 = onAmd64;
        this.elsewhere = elsewhere;
    }

    int number() {
        return System.getProperty("os.arch").equals("amd64") ? onAmd64 : elsewhere;
    }
}
