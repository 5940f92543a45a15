package dev.hz3.heap;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// The lines that a heap prints once because it was asked to: when it is closed, or when the process ends, whichever comes first.
///
/// Threads: any.
final class ExitLines {

    private final Supplier<String> lines;
    private final Thread hook;
    private final AtomicBoolean isPrinted = new AtomicBoolean();

    private ExitLines(int number, Supplier<String> lines) {
        this.lines = lines;
        // What its creator was must not be kept alive by it.
        hook = Thread.ofPlatform().inheritInheritableThreadLocals(false).name("hz3-exit-" + number).unstarted(this::print);
        hook.setContextClassLoader(null);
    }

    /// Lines that are printed when the process ends.
    ///
    /// @param number the heap's, for the name of the thread that prints them then
    static ExitLines registered(int number, Supplier<String> lines) {
        ExitLines registered = new ExitLines(number, lines);
        try {
            Runtime.getRuntime().addShutdownHook(registered.hook);
        } catch (IllegalStateException e) {
            // The process is ending: what is to be said is said when the heap is closed.
        }
        return registered;
    }

    /// Prints them, unless they have been.
    void print() {
        if (isPrinted.compareAndSet(false, true)) {
            System.err.println(lines.get());
        }
    }

    /// They are not printed when the process ends.
    void withdraw() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook runs now, or has run.
        }
    }
}
