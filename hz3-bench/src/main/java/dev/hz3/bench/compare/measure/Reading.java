package dev.hz3.bench.compare.measure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// What a measurement yielded: figures by name, each with the unit that its name ends in.
///
/// It crosses from one process to another as a line: a word, then `name=value` between tabs.
///
/// @param figures in the order in which they were taken
/// @param note what is no figure, such as a version; empty where there is nothing to say
public record Reading(SequencedMap<String, Double> figures, String note) {

    /// What a line begins with that says, instead of a reading, why the contender is absent.
    public static final String ABSENT = "absent\t";

    private static final String WORD = "reading";
    private static final String NOTE = "note";

    /// Keeps a copy.
    public Reading {
        figures = new LinkedHashMap<>(figures);
    }

    static Reading of(String name, double value) {
        return new Reading(new LinkedHashMap<>(Map.of(name, value)), "");
    }

    static Reading noted(String note) {
        return new Reading(new LinkedHashMap<>(), note);
    }

    Reading and(String name, double value) {
        LinkedHashMap<String, Double> more = new LinkedHashMap<>(figures);
        more.put(name, value);
        return new Reading(more, note);
    }

    /// The line.
    public String line() {
        StringBuilder line = new StringBuilder(WORD);
        figures.forEach((name, value) -> line.append('\t').append(name).append('=').append(value));
        return line.append('\t').append(NOTE).append('=').append(note.replaceAll("\\s+", " ")).toString();
    }

    /// Reads a line back; empty where it is none of these.
    public static Optional<Reading> parse(String line) {
        String[] parts = line.split("\t", -1);
        if (!parts[0].equals(WORD)) {
            return Optional.empty();
        }
        LinkedHashMap<String, Double> figures = new LinkedHashMap<>();
        String note = "";
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 0) {
                return Optional.empty();
            }
            String name = parts[i].substring(0, equals);
            String value = parts[i].substring(equals + 1);
            if (name.equals(NOTE)) {
                note = value;
            } else {
                try {
                    figures.put(name, Double.valueOf(value));
                } catch (NumberFormatException notANumber) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new Reading(figures, note));
    }
}
