package dev.hz3.heap;

import java.util.concurrent.atomic.AtomicBoolean;

/// What a heap does once because it was asked to: when it is closed, or when the process ends, whichever comes first.
///
/// Threads: any.
final class ExitAction {

    private final Runnable action;
    private final Thread hook;
    private final AtomicBoolean isPerformed = new AtomicBoolean();

    private ExitAction(int number, Runnable action) {
        this.action = action;
        // What its creator was must not be kept alive by it.
        hook = Thread.ofPlatform().inheritInheritableThreadLocals(false).name("hz3-exit-" + number).unstarted(this::perform);
        hook.setContextClassLoader(null);
    }

    /// An action that is performed when the process ends.
    ///
    /// @param number the heap's, for the name of the thread that performs it then
    static ExitAction registered(int number, Runnable action) {
        ExitAction registered = new ExitAction(number, action);
        try {
            Runtime.getRuntime().addShutdownHook(registered.hook);
        } catch (IllegalStateException e) {
            // The process is ending: what is to be done is done when the heap is closed.
        }
        return registered;
    }

    /// Performs it, unless it has been.
    void perform() {
        if (isPerformed.compareAndSet(false, true)) {
            action.run();
        }
    }

    /// It is not performed when the process ends.
    void withdraw() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook runs now, or has run.
        }
    }
}
