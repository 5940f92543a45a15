package dev.hz3.bench.observe;

import java.util.List;

/// Columns as wide as their widest cell: a table of Markdown that can be read as it is.
public final class TextTable {

    private TextTable() {}

    /// The cells of `rows`, of which the first is the head, and each has as many.
    public static String of(List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            line(text, row, widths);
            if (row.equals(rows.getFirst())) {
                for (int width : widths) {
                    text.append("|").append("-".repeat(width + 2));
                }
                text.append("|\n");
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> row, int[] widths) {
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column).replace("|", "\\|");
            text.append("| ").append(cell).append(" ".repeat(Math.max(0, widths[column] - cell.length()))).append(' ');
        }
        text.append("|\n");
    }
}
