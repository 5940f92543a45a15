package dev.hz3.bench.giveback;

import dev.hz3.bench.observe.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// An observation as one page that needs nothing else: no network, no font, no library. The page is `observation.html`, into which the data are put.
public final class ObservationPage {

    private static final String TEMPLATE = "observation.html";

    private ObservationPage() {}

    /// The document.
    public static String text(Observation observation) {
        List<List<String>> columns = Observation.COLUMNS.entrySet().stream().map(column -> List.of(column.getKey(), column.getValue().strip())).toList();
        return template()
                .replace("/*COLUMNS*/", Json.text(columns).strip())
                .replace("/*DATA*/", inScript(ObservationJson.text(observation)));
    }

    /// Whatever a library says of itself ends no script; and blanks at the start of a line say nothing.
    static String inScript(String json) {
        return json.replace("<", "\\u003c").replaceAll("\\n +", "\n").strip();
    }

    private static String template() {
        try (InputStream in = Objects.requireNonNull(ObservationPage.class.getResourceAsStream(TEMPLATE), TEMPLATE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(TEMPLATE, failure);
        }
    }
}
