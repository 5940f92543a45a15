package dev.hz3.bench;

import java.io.Console;

/// Whether a person is watching.
final class Terminal {

    private Terminal() {}

    @SuppressWarnings("SystemConsoleNull") // Since JDK 25 it is null again where there is no terminal.
    static boolean isHere() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
