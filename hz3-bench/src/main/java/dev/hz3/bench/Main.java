package dev.hz3.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The observatory's front door: what can be observed, by name.
@Command(
        name = "hz3-bench",
        description = "Observes allocators that hand out memory beside the Java heap.",
        subcommands = {BurstIdleCommand.class, ReplayCommand.class, SteadyCommand.class, CompareCommand.class, MeasureCommand.class})
public final class Main implements Runnable {

    @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "says this and exits")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean isHelpWanted;

    private Main() {}

    /// Runs what `args` name; the status is 0 for GO, 1 for NO-GO or a failure, 2 for arguments that make no sense.
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setParameterExceptionHandler((refusal, _) -> {
            CommandLine refused = refusal.getCommandLine();
            refused.getErr().println(refusal.getMessage());
            refused.getErr().println("Try '" + refused.getCommandSpec().qualifiedName() + " --help'.");
            return CommandLine.ExitCode.USAGE;
        });
        return commandLine;
    }

    /// Nothing was named: says what could be.
    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
