package dev.hz3.bench;

import dev.hz3.bench.compare.measure.Instrument;
import dev.hz3.bench.compare.measure.Measured;
import dev.hz3.bench.compare.measure.Pace;
import dev.hz3.bench.compare.measure.Reading;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `measure`: what `compare` starts a process for. One measurement, one line.
@Command(name = "measure", hidden = true, description = "Makes one measurement of the contender that -D" + Measured.PROPERTY + " names.")
final class MeasureCommand extends BenchCommand {

    @Parameters(index = "0", paramLabel = "INSTRUMENT")
    private String instrument = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "ARGUMENT")
    private List<String> arguments = List.of();

    @Option(names = "--quick")
    private boolean isQuick;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Instrument chosen = Instrument.named(instrument)
                .orElseThrow(() -> refusal("no such instrument: " + instrument));
        PrintWriter out = out();
        try {
            out.println(chosen.measure(isQuick ? Pace.QUICK : Pace.FULL, arguments).line());
            return ExitCode.OK;
        } catch (ExceptionInInitializerError failure) {
            out.println(Reading.ABSENT + Measured.absence(failure));
            return ExitCode.SOFTWARE;
        } finally {
            out.flush();
        }
    }
}
