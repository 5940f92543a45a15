package dev.hz3.bench.observe;

/// Something to be done where the process is ended from outside, by Ctrl-C or a signal, while work goes on; not where the work ends by itself.
public final class AtExit implements AutoCloseable {

    private final Thread hook;

    private AtExit(Thread hook) {
        this.hook = hook;
    }

    /// From now until it is closed.
    public static AtExit run(Runnable last) {
        Thread hook = new Thread(last, "hz3-at-exit");
        Runtime.getRuntime().addShutdownHook(hook);
        return new AtExit(hook);
    }

    @Override
    @SuppressWarnings("EmptyCatch") // the comment says why
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // the hook is at work
        }
    }
}
