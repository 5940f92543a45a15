package dev.hz3.bench;

import dev.hz3.bench.compare.Contender;
import dev.hz3.bench.compare.measure.BurstLoad;
import dev.hz3.bench.compare.measure.Sizes;
import dev.hz3.bench.giveback.Observation;
import dev.hz3.bench.giveback.ObservationJson;
import dev.hz3.bench.giveback.ObservationPage;
import dev.hz3.bench.giveback.ObservationRun;
import dev.hz3.bench.observe.AtExit;
import dev.hz3.bench.replay.Traces;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/// `observe`: who gives memory back.
@Command(
        name = "observe",
        sortOptions = false,
        showDefaultValues = true,
        description = {
            "Who gives memory back: burst, free, silence, light load and a second burst, on each allocator in a fresh process.",
            "Prints a line for each and a table; --report makes one page of it that needs no network.",
            "Exit status: 0 hz3 has returned nine tenths or was not asked, 1 it has not, 2 arguments that make no sense."
        })
final class ObserveCommand extends BenchCommand {

    private static final int MOST_ROUNDS = 99;

    @Option(names = "--contenders", split = ",", paramLabel = "NAME", description = "who takes part, such as hz3,glibc-trim; everybody without it; 'nobody' with --with")
    private List<String> names = List.of();

    @Option(names = "--rounds", description = "how often each runs, in the order A B B A, 1 to 99")
    private int rounds = 1;

    @Option(names = "--mib", description = "of a burst, 1 to 65536")
    private int mebibytes = 512;

    @Option(names = "--sizes", description = {
                "bytes of its blocks: a range, a histogram such as 64:9,4096:1 (bytes and weight),", "or a recording, as a file or by name: imagemagick, nginx, node"})
    private String sizes = "4096-32768";

    @Option(names = "--survivors", paramLabel = "PERCENT", description = "how many blocks of a hundred live on when the burst is freed, 0 to 50")
    private int survivors = 1;

    @Option(names = "--interleaved", description = "they lie at equal distances, as long-lived blocks between short-lived ones, instead of anywhere")
    private boolean isInterleaved;

    @Option(names = "--threads", description = "that share the blocks, 1 to 64")
    private int threads = 4;

    @Option(names = "--silence-seconds", description = "without any call, 1 to 600")
    private int silenceSeconds = 10;

    @Option(names = "--light-seconds", description = "of light load, each time, 1 to 600")
    private int lightSeconds = 3;

    @Option(names = "--with", paramLabel = "FILE", split = ",", description = "what an earlier run has written by --json-file: it is part of the report")
    private List<Path> earlier = List.of();

    @Option(names = "--json", description = "prints the result as JSON, and nothing else")
    private boolean isJson;

    @Option(names = "--json-file", paramLabel = "FILE", description = "where the result goes as JSON")
    private @Nullable Path jsonFile;

    @Option(names = "--report", paramLabel = "FILE", description = "where the page goes")
    private @Nullable Path report;

    @Option(names = "--svg", paramLabel = "FILE", description = "where a picture goes")
    private @Nullable Path svg;

    @Option(names = "--svg-of", split = ",", paramLabel = "NAME", description = "whom the picture shows; everybody without it")
    private List<String> svgOf = List.of();

    @Option(names = "--progress", description = "says how it gets on where the output is no terminal, too")
    private boolean isProgressWanted;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = out();
        BurstLoad load;
        List<Contender> contenders;
        Observation known;
        check("rounds", rounds, 1, MOST_ROUNDS);
        try {
            load = new BurstLoad(
                    mebibytes, Sizes.parse(Traces.named(sizes).map(file -> file.toAbsolutePath().toString()).orElse(sizes)), survivors, isInterleaved, threads,
                    silenceSeconds, lightSeconds);
            contenders = contenders();
            known = earlier();
        } catch (IllegalArgumentException refused) {
            throw refusal(refused);
        }
        if (contenders.isEmpty()) {
            return tell(known, out);
        }
        AtomicReference<Observation> latest = new AtomicReference<>();
        try (AtExit _ = AtExit.run(() -> brokenOff(latest.get(), known, out))) {
            Observation measured = ObservationRun.run(load, contenders, rounds, progress(), latest::set);
            return tell(join(known, measured), out);
        }
    }

    private int tell(Observation observation, PrintWriter out) throws IOException {
        if (isJson) {
            out.print(ObservationJson.text(observation));
        } else {
            out.println(observation.load());
            out.println();
            out.print(observation.verdicts());
            out.println();
            out.print(observation.table());
        }
        write(jsonFile, ObservationJson.text(observation), out);
        write(report, ObservationPage.text(observation), out);
        write(svg, observation.picture(svgOf).text(), out);
        if (!isJson) {
            out.println("verdict: " + (observation.isGo() ? "GO" : "NO-GO"));
        }
        out.flush();
        return observation.isGo() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /// What was measured until somebody ended it is a whole report of that.
    private void brokenOff(@Nullable Observation soFar, Observation known, PrintWriter out) {
        if (!isJson) {
            out.println("broken off" + (soFar == null ? " before the first process was through" : "; so far:"));
        }
        try {
            if (soFar != null) {
                tell(join(known, soFar), out);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("the report cannot be written", failure);
        } finally {
            out.flush();
        }
    }

    private void write(@Nullable Path file, String text, PrintWriter out) throws IOException {
        if (file == null) {
            return;
        }
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Files.writeString(file, text);
        if (!isJson) {
            out.println("wrote " + file);
        }
    }

    private PrintWriter progress() {
        return isProgressWanted ? err() : watcher();
    }

    private List<Contender> contenders() {
        if (names.equals(List.of("nobody")) && !earlier.isEmpty()) {
            return List.of();
        }
        return names.isEmpty()
                ? Contender.OBSERVED
                : names.stream()
                        .map(name -> Contender.named(name)
                                .filter(Contender.OBSERVED::contains)
                                .orElseThrow(() -> new IllegalArgumentException("contenders is '" + name + "', but must be some of " + String.join(", ", order()))))
                        .toList();
    }

    private static List<String> order() {
        return Contender.OBSERVED.stream().map(Contender::argument).toList();
    }

    private Observation earlier() throws IOException {
        Observation all = Observation.NOTHING;
        for (Path file : earlier) {
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException("with is '" + file + "', which is no file");
            }
            try {
                all = join(all, ObservationJson.parse(Files.readString(file)));
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("with is '" + file + "', which is " + wrong.getMessage(), wrong);
            }
        }
        return all;
    }

    private static Observation join(Observation known, Observation later) {
        return known.and(later, order());
    }
}
