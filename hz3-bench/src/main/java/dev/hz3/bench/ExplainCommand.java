package dev.hz3.bench;

import dev.hz3.bench.explain.LifeOfABlock;
import dev.hz3.bench.explain.LifePage;
import dev.hz3.bench.explain.Step;
import dev.hz3.bench.observe.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/// `explain`: the life of a block, live.
@Command(
        name = "explain",
        sortOptions = false,
        description = {
            "The life of one block and of its pages in words and numbers, from a heap that lives it now. It takes a second.",
            "Exit status: 0 told, 1 a failure, 2 arguments that make no sense."
        })
final class ExplainCommand extends BenchCommand {

    @Option(names = "--page", paramLabel = "FILE", description = "writes it into a file instead, such as docs/life-of-a-block.md")
    private @Nullable Path page;

    @Option(names = "--json", description = "prints it as JSON, and nothing else")
    private boolean isJson;

    @Override
    public Integer call() throws IOException {
        Path file = page;
        Path directory = file == null ? null : file.toAbsolutePath().getParent();
        if (file != null && (directory == null || !Files.isDirectory(directory))) {
            throw refusal("page is '" + file + "', but must be a file in a directory that there is");
        }
        List<Step> steps = LifeOfABlock.steps();
        PrintWriter out = out();
        if (file != null) {
            Files.writeString(file, LifePage.text(steps));
        }
        if (isJson) {
            out.print(Json.text(steps.stream().map(ExplainCommand::json).toList()));
        } else {
            out.print(file == null ? LifePage.text(steps) : "wrote " + file + "\n");
        }
        out.flush();
        return ExitCode.OK;
    }

    private static Map<String, Object> json(Step step) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("title", step.title());
        all.put("words", step.words());
        all.put("where", step.where());
        all.put("numbers", step.numbers());
        return all;
    }
}
