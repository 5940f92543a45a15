package dev.hz3.bench;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// A command of the observatory: where it speaks, and how it refuses an argument.
abstract class BenchCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    private CommandSpec spec() {
        CommandSpec injected = spec;
        if (injected == null) {
            throw new IllegalStateException("picocli sets it");
        }
        return injected;
    }

    /// Where results go.
    final PrintWriter out() {
        return spec().commandLine().getOut();
    }

    /// Where everything else goes.
    final PrintWriter err() {
        return spec().commandLine().getErr();
    }

    /// Where it is said how a command gets on: nowhere if nobody is watching.
    final PrintWriter watcher() {
        return Terminal.isHere() ? err() : new PrintWriter(Writer.nullWriter());
    }

    /// What a command throws for arguments that make no sense.
    final ParameterException refusal(@Nullable String sentence) {
        return new ParameterException(spec().commandLine(), sentence);
    }

    /// What a command throws for arguments that somebody else has refused.
    final ParameterException refusal(IllegalArgumentException refused) {
        return new ParameterException(spec().commandLine(), refused.getMessage(), refused);
    }

    /// Returns if `value` is in its range.
    ///
    /// @throws ParameterException if it is not; it names the argument, the value and the range
    final void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw refusal(name + " is '" + value + "', but must be a whole number from " + least + " to " + most);
        }
    }
}
