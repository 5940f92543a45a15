package dev.hz3.bench.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// What a source file of the project must not be, each with the reason and with a file that breaks it.
@SuppressWarnings("ImmutableEnumChecker") // functions without state
enum TidyRules {

    A_LINE_CAN_BE_SEEN(
            "a line of more than 200 characters cannot be seen at once, nor compared with another",
            (file, text) -> lines(text, line -> line.length() > 200 && !line.contains("/// @param")), // the page of options is made from those
            "class Wide {} // " + "x".repeat(200)),

    A_FILE_FITS_IN_ONE_SITTING(
            "a file of more than 500 lines has more than one noun; those that are to be divided may not grow",
            (file, text) -> text.lines().count() > TidyRules.mostLines(file) ? List.of(text.lines().count() + " lines") : List.of(),
            "\n".repeat(501)),

    A_COMMENT_NEEDS_NO_NEIGHBOUR(
            "a comment that begins with \"The same\" can only be understood after another one has been found",
            (file, text) -> lines(text, line -> Holder.THE_SAME.matcher(line).lookingAt()),
            "/// The same for two.\nclass Twin {}"),

    A_TASK_IS_AN_ISSUE(
            "a note to oneself is read by nobody",
            (file, text) -> lines(text, line -> Holder.NOTE.matcher(line).find()),
            "int x; // " + "TO" + "DO: later"),

    A_TAB_IS_NO_INDENT(
            "a tab has another width in each tool",
            (file, text) -> lines(text, line -> line.indexOf('\t') >= 0),
            "class Tab {\n\tint x;\n}");

    /// Files that are longer than they should be, and what they may have until they are divided.
    private static int mostLines(String file) {
        return Holder.LONG_FILES.getOrDefault(file.substring(file.lastIndexOf('/') + 1), 500);
    }

    private final String reason;
    private final BiFunction<String, String, List<String>> offences;
    private final String breach;

    TidyRules(String reason, BiFunction<String, String, List<String>> offences, String breach) {
        this.reason = reason;
        this.offences = offences;
        this.breach = breach;
    }

    String reason() {
        return reason;
    }

    /// What is wrong with a file, in words.
    List<String> offences(String file, String text) {
        return offences.apply(file, text);
    }

    /// A file that is wrong.
    String breach() {
        return breach;
    }

    private static List<String> lines(String text, Predicate<String> isWrong) {
        List<String> wrong = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (isWrong.test(line)) {
                wrong.add("line " + number + ": " + line.strip().substring(0, Math.min(80, line.strip().length())));
            }
        }
        return wrong;
    }

    /// A class of its own, because an enum's constants are made before its other statics.
    private static final class Holder {
        static final Pattern THE_SAME = Pattern.compile("\\s*/// The same\\b");
        static final Pattern NOTE = Pattern.compile("//.*\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");
        static final Map<String, Integer> LONG_FILES = Map.of("LinuxSystem.java", 530, "NativeHeapTest.java", 640);
    }
}
