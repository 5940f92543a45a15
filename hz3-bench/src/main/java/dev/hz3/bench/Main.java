package dev.hz3.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The observatory's front door: what can be observed, by name.
@Command(
        name = "hz3-bench",
        description = "Observes allocators that hand out memory beside the Java heap.",
        subcommands = {
            ObserveCommand.class, ExplainCommand.class, BurstIdleCommand.class, RecordCommand.class, ReplayCommand.class, SteadyCommand.class, CompareCommand.class,
            DropInsCommand.class, JmhCommand.class, MeasureCommand.class
        })
public final class Main implements Runnable {

    @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "says this and exits")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean isHelpWanted;

    /// The property by which a failure shows where it came from; without it, it is one line.
    private static final String TRACE = "hz3.bench.trace";

    private Main() {}

    /// Runs what `args` name; the status is 0 for GO, 1 for NO-GO or a failure, 2 for arguments that make no sense.
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.getSubcommands().forEach((name, command) -> command.setStopAtPositional(name.equals("record"))); // whose other words are a program's
        commandLine.setParameterExceptionHandler((refusal, _) -> {
            CommandLine refused = refusal.getCommandLine();
            refused.getErr().println(sentence(refusal).replaceAll("\\R", " ") + " (see '" + refused.getCommandSpec().qualifiedName() + " --help')");
            return CommandLine.ExitCode.USAGE;
        });
        commandLine.setExecutionExceptionHandler((failure, failed, _) -> {
            if (failure instanceof CommandLine.ParameterException) {
                throw failure;
            }
            failed.getErr().println(failed.getCommandSpec().qualifiedName() + " failed: " + failure);
            if (System.getProperty(TRACE) != null) {
                failure.printStackTrace(failed.getErr());
            }
            return CommandLine.ExitCode.SOFTWARE;
        });
        return commandLine;
    }

    /// What is wrong with an argument, in the words of all the others: its name, its value, what it must be.
    private static String sentence(CommandLine.ParameterException refusal) {
        if (refusal.getValue() == null || !(refusal.getArgSpec() instanceof CommandLine.Model.OptionSpec option)) {
            return String.valueOf(refusal.getMessage());
        }
        boolean isFraction = option.type() == double.class || option.type() == Double.class;
        boolean isNumber = isFraction || option.type() == int.class || option.type() == Integer.class || option.type() == long.class;
        return isNumber
                ? option.longestName().replaceFirst("^-+", "") + " is '" + refusal.getValue() + "', but must be a "
                        + (isFraction ? "number: " : "whole number: ") + String.join(" ", option.description())
                : String.valueOf(refusal.getMessage());
    }

    /// Nothing was named: says what could be.
    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
