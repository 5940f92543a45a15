package dev.hz3.bench.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the same program held on each allocator, over time. A curve each, in a colour each.
///
///     MiB ┤   ┌──┐    ┌──┐      pooled
///         │ ──┘  └────┘  └───   hz3
///         └──┴────┴────┴────▶ s
public final class CurvesSvg {

    /// What was resident at a time.
    ///
    /// @param millis since the program began
    /// @param bytes that were resident
    public record Point(long millis, long bytes) {}

    /// A stretch of time that has a name.
    ///
    /// @param label in a word or two
    /// @param colour as SVG writes it; light
    /// @param startMillis since the program began
    /// @param endMillis since the program began
    public record Band(String label, String colour, long startMillis, long endMillis) {}

    private static final int WIDTH = 1000;
    private static final int HEIGHT = 460;
    private static final int LEFT = 80;
    private static final int RIGHT = 970;
    private static final int TOP = 80;
    private static final int BOTTOM = 405;
    private static final int MOST_TICKS = 8;
    private static final int NAME = 176;
    private static final int NAMES_PER_LINE = 5;
    private static final int NAME_LINE = 18;
    private static final int LETTER = 7;
    private static final String FAINT = "#5f6b7a";
    private static final List<String> COLOURS = List.of("#c2410c", "#1d4ed8", "#7c3aed", "#15803d", "#be185d", "#0e7490", "#a16207", "#5f6b7a");
    private static final String INK = "#1f2933";
    private static final String GRID = "#d5dae1";

    private final String title;
    private final Map<String, List<Point>> curves;
    private final List<Band> bands;
    private final int top;
    private final long endMillis;
    private final long mostBytes;

    /// A picture of these curves, by their names, which are names of allocators.
    public CurvesSvg(String title, Map<String, List<Point>> curves) {
        this(title, curves, List.of());
    }

    /// A picture of these curves, with `bands` behind them.
    public CurvesSvg(String title, Map<String, List<Point>> curves, List<Band> bands) {
        this.title = title;
        this.curves = curves;
        this.bands = List.copyOf(bands);
        top = TOP + NAME_LINE * ((Math.max(1, curves.size()) - 1) / NAMES_PER_LINE);
        long lastPoint = curves.values().stream().flatMap(List::stream).mapToLong(Point::millis).max().orElse(0);
        endMillis = Math.max(Math.max(1, lastPoint), this.bands.stream().mapToLong(Band::endMillis).max().orElse(0));
        mostBytes = Math.max(1, curves.values().stream().flatMap(List::stream).mapToLong(Point::bytes).max().orElse(0));
    }

    /// The document.
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + WIDTH + "\" height=\"" + HEIGHT + "\" viewBox=\"0 0 " + WIDTH + " " + HEIGHT
                + "\" role=\"img\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\">");
        lines.add("<rect width=\"" + WIDTH + "\" height=\"" + HEIGHT + "\" fill=\"#ffffff\"/>");
        lines.add(words(LEFT, 30, "start", INK, title));
        bands.forEach(band -> draw(lines, band));
        drawScale(lines);
        int index = 0;
        for (Map.Entry<String, List<Point>> curve : curves.entrySet()) {
            String colour = COLOURS.get(index % COLOURS.size());
            lines.add(words(LEFT + NAME * (index % NAMES_PER_LINE), 56 + NAME_LINE * (index / NAMES_PER_LINE), "start", colour, "— " + curve.getKey()));
            lines.add("<polyline fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"2\" points=\"" + points(curve.getValue()) + "\"/>");
            index++;
        }
        lines.add("</svg>");
        return String.join("\n", lines) + "\n";
    }

    private void draw(List<String> lines, Band band) {
        double width = x(band.endMillis()) - x(band.startMillis());
        lines.add("<rect x=\"" + number(x(band.startMillis())) + "\" y=\"" + top + "\" width=\"" + number(width) + "\" height=\"" + (BOTTOM - top) + "\" fill=\"" + band.colour() + "\"/>");
        if (width > LETTER * band.label().length()) {
            lines.add(words(x(band.startMillis()) + width / 2, top + 16, "middle", FAINT, band.label()));
        }
    }

    private void drawScale(List<String> lines) {
        long step = TimelineSvg.roundStep(mostBytes / (double) Mebibytes.BYTES / MOST_TICKS) * Mebibytes.BYTES;
        for (long bytes = 0; bytes <= mostBytes; bytes += step) {
            String y = number(y(bytes));
            lines.add("<line x1=\"" + LEFT + "\" y1=\"" + y + "\" x2=\"" + RIGHT + "\" y2=\"" + y + "\" stroke=\"" + GRID + "\"/>");
            lines.add(words(LEFT - 8, y(bytes) + 4, "end", INK, Mebibytes.rounded(bytes)));
        }
        long seconds = TimelineSvg.roundStep(endMillis / 1000.0 / MOST_TICKS);
        for (long at = 0; at * 1000 <= endMillis; at += seconds) {
            lines.add(words(x(at * 1000), BOTTOM + 20, "middle", INK, Long.toString(at)));
        }
        lines.add(words((LEFT + RIGHT) / 2.0, BOTTOM + 42, "middle", INK, "seconds since the program began; resident memory of its process in MiB"));
    }

    private String points(List<Point> samples) {
        return String.join(" ", samples.stream().map(sample -> number(x(sample.millis())) + "," + number(y(sample.bytes()))).toList());
    }

    private double x(long millis) {
        return LEFT + (double) (RIGHT - LEFT) * millis / endMillis;
    }

    private double y(long bytes) {
        return BOTTOM - (double) (BOTTOM - top) * bytes / mostBytes;
    }

    private static String words(double x, double y, String anchor, String colour, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\" fill=\"" + colour + "\">" + escaped + "</text>";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
