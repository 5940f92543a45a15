package dev.hz3.bench;

import dev.hz3.bench.observe.AtExit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A process of its own for one replay, with the modules of this one.
enum ReplayChild {
    /// With this one's flags of the virtual machine, and a Java heap for the largest recording and what a replay keeps of each object.
    TUNED {
        @Override
        List<String> options(List<String> own) {
            List<String> options = new ArrayList<>(own);
            options.addAll(List.of("-Xms768m", "-Xmx768m"));
            return options;
        }
    },
    /// With the flags of a virtual machine that nobody has set any for.
    AS_IT_COMES {
        @Override
        List<String> options(List<String> own) {
            return own.stream().filter(option -> !option.startsWith("-X")).toList();
        }
    };

    private static final String MAIN = "dev.hz3.bench/dev.hz3.bench.Main";

    /// The options of its virtual machine, from those of this one.
    abstract List<String> options(List<String> own);

    /// Runs it, and returns the lines that it printed.
    List<String> run(List<String> arguments) throws IOException, InterruptedException {
        List<String> own = List.of(ProcessHandle.current().info().arguments().orElseThrow());
        int module = own.indexOf(MAIN) - 1; // behind -m
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options(own.subList(0, module)));
        command.addAll(own.subList(module, module + 2));
        command.add("replay");
        command.add("--here");
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("GLIBC_TUNABLES", "glibc.rtld.optional_static_tls=16384"); // jemalloc needs it to be loaded late
        Process process = builder.start();
        try (AtExit _ = AtExit.run(process::destroyForcibly)) {
            List<String> said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
            process.waitFor();
            return said;
        }
    }
}
