package dev.hz3.bench.observe;

import java.io.PrintWriter;

/// What a person sees while a run goes on. Safe for use by any thread.
public sealed interface LiveView {

    /// The process was looked at.
    void sampled(Sample sample);

    /// Something was measured that is worth a line of its own.
    void measured(String line);

    /// No more will come.
    void finished();

    /// For a terminal: one line, rewritten with each sample.
    static LiveView rewriting(PrintWriter out, long fullBarBytes) {
        return new RewrittenLine(out, fullBarBytes);
    }

    /// For a file, a pipe or a log: a line whenever something was measured.
    static LiveView plain(PrintWriter out) {
        return new PlainLines(out);
    }

    /// A line that is rewritten.
    final class RewrittenLine implements LiveView {

        private static final int BAR_CELLS = 30;
        private static final String TO_START = "\r";
        private static final String CLEAR_TO_END = "\u001b[K";

        private final PrintWriter out;
        private long fullBarBytes;

        RewrittenLine(PrintWriter out, long fullBarBytes) {
            this.out = out;
            this.fullBarBytes = Math.max(1, fullBarBytes);
        }

        @Override
        public synchronized void sampled(Sample sample) {
            fullBarBytes = Math.max(fullBarBytes, sample.residentBytes());
            out.print(TO_START + line(sample, fullBarBytes) + CLEAR_TO_END);
            out.flush();
        }

        static String line(Sample sample, long fullBarBytes) {
            int cells = Math.toIntExact(Math.round((double) BAR_CELLS * sample.residentBytes() / fullBarBytes));
            return "cycle " + sample.cycle() + " " + pad(sample.phase().label())
                    + " [" + "#".repeat(cells) + ".".repeat(BAR_CELLS - cells) + "] resident "
                    + Mebibytes.rounded(sample.residentBytes()) + " live " + Mebibytes.rounded(sample.liveBytes())
                    + " waiting " + Mebibytes.rounded(sample.waitingBytes()) + " MiB";
        }

        private static String pad(String label) {
            return label + " ".repeat(Math.max(0, Phase.RELEASE_KEPT.label().length() - label.length()));
        }

        @Override
        public synchronized void measured(String line) {} // the tables will tell

        @Override
        public synchronized void finished() {
            out.print(TO_START + CLEAR_TO_END);
            out.flush();
        }
    }

    /// Lines that stay.
    final class PlainLines implements LiveView {

        private final PrintWriter out;

        PlainLines(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void sampled(Sample sample) {}

        @Override
        public synchronized void measured(String line) {
            out.println(line);
            out.flush();
        }

        @Override
        public void finished() {}
    }
}
