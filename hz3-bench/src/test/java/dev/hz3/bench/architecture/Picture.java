package dev.hz3.bench.architecture;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `docs/architecture.md` says of the boxes: the arrows that it draws, and the one sentence that each box has.
///
/// @param arrows module → the modules that it points at
/// @param sentences folder → its one sentence, with the markup of the document
record Picture(Map<String, Set<String>> arrows, Map<String, String> sentences) {

    private static final Pattern DRAWING = Pattern.compile("```mermaid\\nflowchart TD\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ARROW = Pattern.compile("(?m)^ {4}(\\S+) --> (\\S+)$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `((?:adapters/)?hz3-[a-z-]+)` \\| `([a-z0-9.]+)` \\| (.+) \\|$");

    static Picture read() {
        return parse(Layout.text("docs/architecture.md"));
    }

    static Picture parse(String document) {
        Matcher drawing = DRAWING.matcher(document);
        if (!drawing.find()) {
            throw new IllegalStateException("docs/architecture.md draws no picture");
        }
        Map<String, Set<String>> arrows = new TreeMap<>();
        Matcher arrow = ARROW.matcher(drawing.group(1));
        while (arrow.find()) {
            arrows.computeIfAbsent(arrow.group(1), _ -> new TreeSet<>()).add(arrow.group(2));
            arrows.computeIfAbsent(arrow.group(2), _ -> new TreeSet<>());
        }
        Map<String, String> sentences = new LinkedHashMap<>();
        Matcher row = ROW.matcher(document);
        while (row.find()) {
            if (!row.group(2).equals(Layout.moduleOf(row.group(1)))) {
                throw new IllegalStateException(row.group(1) + " is not the folder of " + row.group(2));
            }
            sentences.put(row.group(1), row.group(3));
        }
        return new Picture(arrows, sentences);
    }

    /// The module itself and everything that can be reached from it along the arrows.
    Set<String> reachable(String module) {
        Set<String> reached = new TreeSet<>();
        reach(module, reached);
        return reached;
    }

    private void reach(String module, Set<String> reached) {
        if (reached.add(module)) {
            arrows.getOrDefault(module, Set.of()).forEach(next -> reach(next, reached));
        }
    }
}
