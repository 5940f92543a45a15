package dev.hz3.bench.replay;

import java.io.IOException;

/// A file that is not a recording, or not a whole one. Names the file and how far it was understood.
public final class TraceFormatException extends IOException {

    private static final long serialVersionUID = 1L;

    TraceFormatException(String file, long offset, String what) {
        super(file + ", byte " + offset + ": " + what);
    }
}
