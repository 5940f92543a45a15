package dev.hz3.bench.compare;

import dev.hz3.bench.observe.CurvesSvg;
import dev.hz3.bench.observe.Digits;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A comparison as one page that needs nothing else: no script, no font, no address.
///
///     verdict
///     goals      a table
///     figures    a picture each: a bar for the median, a whisker from the least to the most
///     machine    and who took part
public final class ComparePage {

    private static final int WIDTH = 760;
    private static final int NAMES = 150;
    private static final int NUMBERS = 190;
    private static final int BAR = 16;
    private static final int LINE = 24;

    private static final String STYLE = """
            body { font: 15px/1.45 system-ui, sans-serif; color: #1f2933; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
            table { border-collapse: collapse; margin: 1rem 0 } td, th { padding: .25rem .7rem; border-bottom: 1px solid #d5dae1; text-align: left }
            .met { color: #15803d } .missed { color: #b91c1c; font-weight: 600 } .open { color: #5f6b7a }
            svg { display: block; margin: .3rem 0 1.2rem } svg text { font: 13px system-ui, sans-serif; fill: #1f2933 } h3 { margin: 1rem 0 0; font-size: 1rem }
            """;

    private final CompareResult result;

    /// Of `result`.
    public ComparePage(CompareResult result) {
        this.result = result;
    }

    /// Writes the document.
    public void write(Writer out) throws IOException {
        out.write("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>hz3 and its peers</title>\n<style>\n");
        out.write(STYLE);
        out.write("</style>\n</head>\n<body>\n<h1>hz3 and its peers</h1>\n");
        out.write("<p><strong>" + escaped(result.verdict()) + ".</strong></p>\n<p>" + escaped(result.method()) + "</p>\n");
        writeGoals(out);
        writeFigures(out);
        writeMachine(out);
        out.write("</body>\n</html>\n");
    }

    private void writeGoals(Writer out) throws IOException {
        out.write("<h2>Goals</h2>\n<table>\n<tr><th></th><th>what</th><th>hz3</th><th>against</th><th>peer</th><th>ratio or figure</th>"
                + "<th>goal</th><th></th></tr>\n");
        for (Finding finding : result.findings()) {
            Line line = finding.line();
            out.write("<tr>" + cell(Integer.toString(line.row().number())) + cell(line.row().title() + ": " + line.title())
                    + cell(finding.own().map(spread -> CompareText.spread(spread, line.unit())).orElse("—"))
                    + cell(line.against()) + cell(CompareText.rival(finding)) + cell(Digits.of(finding.value()))
                    + cell(line.barText()) + "<td class=\"" + colour(finding.outcome()) + "\">" + escaped(finding.outcome().label())
                    + "</td></tr>\n");
        }
        out.write("</table>\n");
    }

    private static String colour(Finding.Outcome outcome) {
        return outcome.isMiss() ? "missed" : outcome == Finding.Outcome.MET ? "met" : "open";
    }

    private void writeFigures(Writer out) throws IOException {
        out.write("<h2>Figures</h2>\n<p>Bars are medians, lines reach from the least to the most of the rounds.</p>\n");
        for (var task : result.figures().entrySet()) {
            Optional<CurvesSvg> curves = HeldCurves.of(task.getKey(), task.getValue());
            if (curves.isPresent()) {
                out.write(curves.get().text());
            }
            for (String figure : task.getValue().names()) {
                if (HeldCurves.millisOf(figure).isPresent()) {
                    continue;
                }
                out.write("<h3>" + escaped(task.getKey().name() + ", " + figure) + "</h3>\n");
                writeBars(out, task.getKey(), task.getValue(), figure);
            }
        }
    }

    private static void writeBars(Writer out, Task task, Figures figures, String figure) throws IOException {
        List<Contender> contenders = task.contenders();
        double most = contenders.stream()
                .flatMap(contender -> figures.spread(contender, figure).stream())
                .mapToDouble(Spread::most)
                .max()
                .orElse(1);
        double scale = (WIDTH - NAMES - NUMBERS) / Math.max(most, Double.MIN_NORMAL);
        out.write(String.format(
                Locale.ROOT, "<svg width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"%s\">%n", WIDTH, contenders.size() * LINE,
                escaped(task.name() + ", " + figure)));
        for (int i = 0; i < contenders.size(); i++) {
            writeBar(out, contenders.get(i), figures, figure, i * LINE, scale);
        }
        out.write("</svg>\n");
    }

    private static void writeBar(Writer out, Contender contender, Figures figures, String figure, int top, double scale)
            throws IOException {
        int base = top + LINE - 8;
        out.write(text(NAMES - 8, base, "end", contender.argument()));
        Optional<Spread> measured = figures.spread(contender, figure);
        if (measured.isEmpty()) {
            out.write(text(NAMES, base, "start", figures.absence(contender).isPresent() ? "absent" : "failed"));
            return;
        }
        Spread spread = measured.get();
        int middle = top + LINE / 2;
        out.write(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>"
                        + "<path d=\"M%.1f %d H%.1f\" stroke=\"#1f2933\" stroke-width=\"1.5\"/>%n",
                NAMES, middle - BAR / 2, Math.max(1, spread.median() * scale), BAR, contender.isPeer() ? "#9fb3c8" : "#c2410c",
                NAMES + spread.least() * scale, middle, NAMES + spread.most() * scale));
        out.write(text((int) (NAMES + spread.most() * scale) + 8, base, "start", CompareText.spread(spread, "")));
    }

    private static String text(int x, int y, String anchor, String words) {
        return String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escaped(words));
    }

    private void writeMachine(Writer out) throws IOException {
        out.write("<h2>Machine</h2>\n<table>\n");
        for (var fact : result.machine().facts().entrySet()) {
            out.write("<tr>" + cell(fact.getKey()) + cell(fact.getValue()) + "</tr>\n");
        }
        out.write("</table>\n<h2>Who took part</h2>\n<table>\n");
        for (var version : result.versions().entrySet()) {
            out.write("<tr>" + cell(version.getKey().argument()) + cell(version.getValue()) + cell(version.getKey().settings()) + "</tr>\n");
        }
        for (var absence : result.absences().entrySet()) {
            out.write("<tr>" + cell(absence.getKey().argument()) + cell(absence.getValue()) + cell("") + "</tr>\n");
        }
        out.write("</table>\n");
    }

    private static String cell(String words) {
        return "<td>" + escaped(words) + "</td>";
    }

    /// Whatever a library says of itself is text, and no markup.
    static String escaped(String words) {
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("'", "&#39;");
    }
}
