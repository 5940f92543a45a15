package dev.hz3.bench.observe;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// Draws a timeline: memory over time, the phases behind it.
///
///      title, notes                            legend
///      MiB ┤   ┌──┐ cycle 1     ┌──┐ cycle 2
///          │ ▒▒│▓▓└─────        │▓▓└─────
///          └─┴──┴────┴────┴────┴────┴────┴──▶ s
public final class TimelineSvg {

    private static final int WIDTH = 1200;
    private static final int HEIGHT = 600;
    private static final int LEFT = 90;
    private static final int RIGHT = 1170;
    private static final int TOP = 150;
    private static final int BOTTOM = 535;

    /// A phase narrower than this has its colour explained by the legend alone.
    private static final int LEAST_LABELLED_WIDTH = 44;

    private static final int WANTED_TICKS = 8;

    private static final String INK = "#1f2933";
    private static final String FAINT = "#5f6b7a";
    private static final String GRID = "#d5dae1";
    private static final String RESIDENT = "#c2410c";
    private static final String LIVE = "#1d4ed8";
    private static final String WAITING = "#7c3aed";

    private final String title;
    private final List<String> notes;
    private final List<Sample> samples;
    private final List<PhaseSpan> spans;
    private final long endMillis;
    private final long tickMillis;
    private final long tickMebibytes;
    private final long topBytes;

    /// A picture of `samples` and `spans`, under `title` and at most three `notes`.
    public TimelineSvg(String title, List<String> notes, List<Sample> samples, List<PhaseSpan> spans) {
        this.title = title;
        this.notes = List.copyOf(notes);
        this.samples = List.copyOf(samples);
        this.spans = List.copyOf(spans);
        long lastSample = samples.stream().mapToLong(Sample::millis).max().orElse(0);
        long lastSpan = spans.stream().mapToLong(PhaseSpan::endMillis).max().orElse(0);
        this.endMillis = Math.max(1000, Math.max(lastSample, lastSpan));
        this.tickMillis = Math.max(1, roundStep(endMillis / 1000.0 / WANTED_TICKS)) * 1000;
        long most = samples.stream()
                .mapToLong(sample -> Math.max(sample.residentBytes(), sample.liveBytes()))
                .max()
                .orElse(0);
        this.tickMebibytes = Math.max(1, roundStep((double) most / Mebibytes.BYTES / WANTED_TICKS));
        this.topBytes = (most / (tickMebibytes * Mebibytes.BYTES) + 1) * tickMebibytes * Mebibytes.BYTES;
    }

    /// Writes the document.
    public void write(Writer writer) throws IOException {
        try {
            XMLStreamWriter svg = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(writer);
            svg.writeStartDocument("UTF-8", "1.0");
            svg.writeCharacters("\n");
            svg.writeStartElement("svg");
            svg.writeDefaultNamespace("http://www.w3.org/2000/svg");
            attributes(svg, "width", WIDTH, "height", HEIGHT, "viewBox", "0 0 " + WIDTH + " " + HEIGHT);
            attributes(svg, "role", "img", "font-family", "Helvetica, Arial, sans-serif", "font-size", 13);
            svg.writeStartElement("title");
            svg.writeCharacters(title);
            svg.writeEndElement();
            rectangle(svg, 0, 0, WIDTH, HEIGHT, "#ffffff");
            writeHeading(svg);
            writePhases(svg);
            writeAxes(svg);
            writeLines(svg);
            writeLegend(svg);
            svg.writeEndElement();
            svg.writeEndDocument();
            svg.flush();
        } catch (XMLStreamException failure) {
            throw new IOException("the picture cannot be written", failure);
        }
    }

    private void writeHeading(XMLStreamWriter svg) throws XMLStreamException {
        text(svg, LEFT, 32, title, "start", INK, "font-size", 18, "font-weight", "bold");
        for (int i = 0; i < notes.size(); i++) {
            text(svg, LEFT, 54 + 18 * i, notes.get(i), "start", FAINT);
        }
    }

    private void writePhases(XMLStreamWriter svg) throws XMLStreamException {
        int namedCycle = 0;
        for (PhaseSpan span : spans) {
            double left = x(span.startMillis());
            double width = x(span.endMillis()) - left;
            rectangle(svg, left, TOP, width, BOTTOM - TOP, span.phase().colour());
            if (width >= LEAST_LABELLED_WIDTH) {
                text(svg, left + width / 2, TOP + 16, span.phase().label(), "middle", FAINT, "font-size", 11);
            }
            if (span.cycle() != namedCycle) {
                namedCycle = span.cycle();
                text(svg, left, TOP - 6, "cycle " + namedCycle, "start", INK, "font-size", 12);
            }
        }
    }

    private void writeAxes(XMLStreamWriter svg) throws XMLStreamException {
        for (long mebibytes = 0; mebibytes * Mebibytes.BYTES <= topBytes; mebibytes += tickMebibytes) {
            double y = y(mebibytes * Mebibytes.BYTES);
            line(svg, LEFT, y, RIGHT, y, GRID);
            text(svg, LEFT - 8, y + 4, String.format(Locale.ROOT, "%,d", mebibytes), "end", INK);
        }
        for (long millis = 0; millis <= endMillis; millis += tickMillis) {
            double x = x(millis);
            line(svg, x, BOTTOM, x, BOTTOM + 5, INK);
            text(svg, x, BOTTOM + 20, Long.toString(millis / 1000), "middle", INK);
        }
        line(svg, LEFT, BOTTOM, RIGHT, BOTTOM, INK);
        line(svg, LEFT, TOP, LEFT, BOTTOM, INK);
        text(svg, (LEFT + RIGHT) / 2.0, BOTTOM + 44, "seconds since the run began", "middle", INK);
        text(svg, 24, (TOP + BOTTOM) / 2.0, "MiB", "middle", INK,
                "transform", "rotate(-90 24 " + number((TOP + BOTTOM) / 2.0) + ")");
    }

    private void writeLines(XMLStreamWriter svg) throws XMLStreamException {
        if (samples.isEmpty()) {
            return;
        }
        svg.writeEmptyElement("polygon");
        attributes(svg, "fill", RESIDENT, "fill-opacity", "0.14", "points",
                number(x(samples.getFirst().millis())) + "," + BOTTOM + " " + points(Sample::residentBytes)
                        + number(x(samples.getLast().millis())) + "," + BOTTOM);
        if (tellsWaiting()) {
            polyline(svg, Sample::waitingBytes, WAITING, "2 3");
        }
        polyline(svg, Sample::liveBytes, LIVE, "7 4");
        polyline(svg, Sample::residentBytes, RESIDENT, "none");
    }

    private void writeLegend(XMLStreamWriter svg) throws XMLStreamException {
        double x = LEFT;
        x = legendLine(svg, x, "resident", RESIDENT, "none");
        x = legendLine(svg, x, "live (asked for, not freed)", LIVE, "7 4");
        if (tellsWaiting()) {
            x = legendLine(svg, x, "waiting to be given back", WAITING, "2 3");
        }
        for (Phase phase : List.of(Phase.ALLOCATE, Phase.FREE, Phase.IDLE)) {
            rectangle(svg, x, 106, 16, 12, phase.colour());
            text(svg, x + 22, 117, phase.label(), "start", INK);
            x += 48 + 7.0 * phase.label().length();
        }
    }

    private static double legendLine(XMLStreamWriter svg, double x, String label, String colour, String dashes)
            throws XMLStreamException {
        svg.writeEmptyElement("line");
        attributes(svg, "x1", number(x), "y1", 112, "x2", number(x + 28), "y2", 112);
        attributes(svg, "stroke", colour, "stroke-width", 2.5, "stroke-dasharray", dashes);
        text(svg, x + 34, 117, label, "start", INK);
        return x + 60 + 7.0 * label.length();
    }

    private boolean tellsWaiting() {
        return samples.stream().anyMatch(sample -> sample.waitingBytes() > 0);
    }

    private void polyline(XMLStreamWriter svg, ToLongFunction<Sample> bytes, String colour, String dashes)
            throws XMLStreamException {
        svg.writeEmptyElement("polyline");
        attributes(svg, "fill", "none", "stroke", colour, "stroke-width", 2, "stroke-dasharray", dashes);
        attributes(svg, "stroke-linejoin", "round", "points", points(bytes).strip());
    }

    private String points(ToLongFunction<Sample> bytes) {
        StringBuilder points = new StringBuilder();
        for (Sample sample : samples) {
            points.append(number(x(sample.millis()))).append(',');
            points.append(number(y(bytes.applyAsLong(sample)))).append(' ');
        }
        return points.toString();
    }

    private double x(long millis) {
        return LEFT + (double) (RIGHT - LEFT) * millis / endMillis;
    }

    private double y(long bytes) {
        return BOTTOM - (double) (BOTTOM - TOP) * bytes / topBytes;
    }

    /// The least of 1, 2, 5, 10, 20, 50 … that is not below `least`.
    public static long roundStep(double least) {
        long power = 1;
        while (true) {
            for (long digit : new long[] {1, 2, 5}) {
                if (digit * power >= least) {
                    return digit * power;
                }
            }
            power = Math.multiplyExact(power, 10);
        }
    }

    private static void rectangle(XMLStreamWriter svg, double x, double y, double width, double height, String colour)
            throws XMLStreamException {
        svg.writeEmptyElement("rect");
        attributes(svg, "x", number(x), "y", number(y), "width", number(width), "height", number(height));
        attributes(svg, "fill", colour);
    }

    private static void line(XMLStreamWriter svg, double x1, double y1, double x2, double y2, String colour)
            throws XMLStreamException {
        svg.writeEmptyElement("line");
        attributes(svg, "x1", number(x1), "y1", number(y1), "x2", number(x2), "y2", number(y2), "stroke", colour);
    }

    private static void text(
            XMLStreamWriter svg, double x, double y, String words, String anchor, String colour, Object... more)
            throws XMLStreamException {
        svg.writeStartElement("text");
        attributes(svg, "x", number(x), "y", number(y), "text-anchor", anchor, "fill", colour);
        attributes(svg, more);
        svg.writeCharacters(words);
        svg.writeEndElement();
    }

    private static void attributes(XMLStreamWriter svg, Object... namesAndValues) throws XMLStreamException {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            svg.writeAttribute(namesAndValues[i].toString(), namesAndValues[i + 1].toString());
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
