package dev.hz3.bench.burst;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// Threads that each look after one share, and only that one. Between two steps they are parked.
///
/// @param <S> what a share is
public final class Crew<S> implements AutoCloseable {

    private final List<S> shares;
    private final List<ExecutorService> threads = new ArrayList<>();

    /// A thread for each of `shares`; it begins with its first step.
    public Crew(List<S> shares) {
        this.shares = List.copyOf(shares);
        for (int i = 0; i < shares.size(); i++) {
            int index = i;
            threads.add(Executors.newSingleThreadExecutor(step ->
                    Thread.ofPlatform().name("hz3-bench-" + index).unstarted(step)));
        }
    }

    /// All threads take `step` at once, each with its share; returns when the last is through.
    ///
    /// @return how long that took, in nanoseconds
    public long perform(Consumer<S> step) {
        long start = System.nanoTime();
        List<Future<?>> steps = new ArrayList<>();
        for (int i = 0; i < shares.size(); i++) {
            S share = shares.get(i);
            steps.add(threads.get(i).submit(() -> step.accept(share)));
        }
        for (Future<?> taken : steps) {
            await(taken);
        }
        return System.nanoTime() - start;
    }

    /// Ends the threads.
    @Override
    public void close() {
        threads.forEach(ExecutorService::close);
    }

    private static void await(Future<?> step) {
        try {
            step.get();
        } catch (ExecutionException failure) {
            switch (failure.getCause()) {
                case Error error -> throw error; // out of memory, most likely: the command says so
                case null, default -> throw new IllegalStateException("a thread failed", failure.getCause());
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interruption);
        }
    }
}
