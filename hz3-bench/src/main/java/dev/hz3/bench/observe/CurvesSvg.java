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

    private static final int WIDTH = 1000;
    private static final int HEIGHT = 460;
    private static final int LEFT = 80;
    private static final int RIGHT = 970;
    private static final int TOP = 80;
    private static final int BOTTOM = 405;
    private static final int MOST_TICKS = 8;
    private static final int NAME = 150;
    private static final List<String> COLOURS = List.of("#c2410c", "#1d4ed8", "#7c3aed", "#15803d", "#b45309", "#0e7490", "#be185d", "#5f6b7a");
    private static final String INK = "#1f2933";
    private static final String GRID = "#d5dae1";

    private final String title;
    private final Map<String, List<Point>> curves;
    private final long endMillis;
    private final long mostBytes;

    /// A picture of these curves, by their names, which are names of allocators.
    public CurvesSvg(String title, Map<String, List<Point>> curves) {
        this.title = title;
        this.curves = curves;
        endMillis = Math.max(1, curves.values().stream().flatMap(List::stream).mapToLong(Point::millis).max().orElse(0));
        mostBytes = Math.max(1, curves.values().stream().flatMap(List::stream).mapToLong(Point::bytes).max().orElse(0));
    }

    /// The document.
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + WIDTH + "\" height=\"" + HEIGHT + "\" viewBox=\"0 0 " + WIDTH + " " + HEIGHT
                + "\" role=\"img\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\">");
        lines.add("<rect width=\"" + WIDTH + "\" height=\"" + HEIGHT + "\" fill=\"#ffffff\"/>");
        lines.add(words(LEFT, 30, "start", INK, title));
        drawScale(lines);
        int index = 0;
        for (Map.Entry<String, List<Point>> curve : curves.entrySet()) {
            String colour = COLOURS.get(index % COLOURS.size());
            lines.add(words(LEFT + NAME * index, 56, "start", colour, "— " + curve.getKey()));
            lines.add("<polyline fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"2\" points=\"" + points(curve.getValue()) + "\"/>");
            index++;
        }
        lines.add("</svg>");
        return String.join("\n", lines) + "\n";
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
        return BOTTOM - (double) (BOTTOM - TOP) * bytes / mostBytes;
    }

    private static String words(double x, double y, String anchor, String colour, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\" fill=\"" + colour + "\">" + escaped + "</text>";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
