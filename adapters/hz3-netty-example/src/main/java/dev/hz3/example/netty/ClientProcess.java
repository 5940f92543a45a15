package dev.hz3.example.netty;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A process of [Clients]; it ends when this object is closed.
final class ClientProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader said;

    ClientProcess(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                Clients.class.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        said = process.inputReader();
    }

    /// Waits for the next line, which must begin so.
    ///
    /// @return what follows
    String await(String beginning) throws IOException {
        String line = said.readLine();
        if (line == null || !line.startsWith(beginning)) {
            throw new IOException("clients: " + line);
        }
        return line.substring(beginning.length()).strip();
    }

    void goOn() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
