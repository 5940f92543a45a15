package dev.hz3.bench.explain;

import dev.hz3.bench.observe.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The life of a block as Markdown: what the command prints, and the page that it writes.
public final class LifePage {

    private static final String HEAD = """
            # The life of a block

            What becomes of one block of 16 KiB, and of the pages under it, from the birth of a heap until the memory is the system's again. The numbers are those of one run:
            `hz3-bench explain` prints them for yours, `hz3-bench explain --page docs/life-of-a-block.md` has written this page.
            The same in more detail, without numbers: [architecture](architecture.md).
            """;

    private static final Pattern NUMBER = Pattern.compile("0x[0-9a-f]+|[0-9][0-9,.]*");

    private LifePage() {}

    /// The text.
    public static String text(List<Step> steps) {
        StringBuilder text = new StringBuilder(HEAD);
        int number = 1;
        for (Step step : steps) {
            text.append("\n## ").append(number++).append(". ").append(step.title()).append("\n\n").append(step.words()).append("\n\n");
            text.append(step.where().stream().map(method -> "`" + method + "`").collect(Collectors.joining(" → "))).append("\n\n");
            List<List<String>> rows = new ArrayList<>(List.of(List.of("what", "in this run")));
            step.numbers().forEach((name, value) -> rows.add(List.of(name, value)));
            text.append(TextTable.of(rows));
        }
        return text.toString();
    }

    /// The text without what differs from run to run: its numbers, what was found, and how wide a column is.
    public static String masked(String text) {
        return NUMBER.matcher(text).replaceAll("#").replaceAll("\\| (idle|busy) ", "| idle or busy ").replaceAll(" +", " ").replaceAll("-{3,}", "---");
    }
}
