package dev.hz3.bench.giveback;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.hz3.bench.compare.Machine;
import dev.hz3.bench.compare.measure.HeldOver;
import dev.hz3.bench.compare.measure.Reading;
import dev.hz3.bench.observe.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// An observation for programs, for the page, and for a later run that adds to it.
public final class ObservationJson {

    private ObservationJson() {}

    /// The document.
    public static String text(Observation observation) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("load", observation.load());
        all.put("machine", observation.machine().facts());
        all.put("contenders", observation.contenders().stream().map(ObservationJson::contender).toList());
        return Json.text(all);
    }

    private static Map<String, Object> contender(Observed observed) {
        Map<String, Object> all = new LinkedHashMap<>();
        Verdict verdict = Verdict.of(observed);
        all.put("name", observed.name());
        all.put("settings", observed.settings());
        all.put("version", observed.version());
        all.put("kind", verdict.kind().name().toLowerCase(Locale.ROOT));
        all.put("verdict", verdict.sentence());
        all.put("why", observed.why());
        Map<String, Object> medians = new LinkedHashMap<>();
        observed.figures().forEach(figure -> medians.put(figure, observed.figure(figure).map(ObservationJson::short5)));
        all.put("medians", medians);
        all.put("rounds", observed.rounds().stream().map(ObservationJson::round).toList());
        all.put("held", observed.held().stream().map(ObservationJson::held).toList());
        return all;
    }

    private static Map<String, Object> round(Reading reading) {
        Map<String, Object> figures = new LinkedHashMap<>();
        reading.figures().forEach((name, value) -> {
            if (!HeldOver.isPoint(name)) {
                figures.put(name, short5(value));
            }
        });
        return figures;
    }

    /// Five digits say more than a measurement does.
    private static Double short5(double value) {
        return Double.valueOf(String.format(Locale.ROOT, "%.5g", value));
    }

    private static Map<String, Object> held(HeldOver held) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("phase", held.phase().name().toLowerCase(Locale.ROOT));
        all.put("label", held.phase().label());
        all.put("millis", held.millis());
        all.put("at", held.points().stream().map(HeldOver.Point::millis).toList());
        all.put("mib", held.points().stream().map(HeldOver.Point::mebibytes).toList());
        all.put("calls", held.points().stream().map(HeldOver.Point::calls).toList());
        return all;
    }

    /// Reads a document.
    ///
    /// @throws IllegalArgumentException where it is none
    public static Observation parse(String text) {
        try {
            JsonObject all = JsonParser.parseString(text).getAsJsonObject();
            LinkedHashMap<String, String> facts = new LinkedHashMap<>();
            all.getAsJsonObject("machine").entrySet().forEach(fact -> facts.put(fact.getKey(), fact.getValue().getAsString()));
            List<Observed> contenders = new ArrayList<>();
            all.getAsJsonArray("contenders").forEach(element -> contenders.add(observed(element.getAsJsonObject())));
            return new Observation(all.get("load").getAsString(), new Machine(facts), contenders);
        } catch (JsonParseException | IllegalStateException | NullPointerException | UnsupportedOperationException wrong) {
            throw new IllegalArgumentException("not what 'observe --json-file' writes", wrong);
        }
    }

    private static Observed observed(JsonObject all) {
        List<Reading> rounds = new ArrayList<>();
        for (JsonElement round : all.getAsJsonArray("rounds")) {
            LinkedHashMap<String, Double> figures = new LinkedHashMap<>();
            round.getAsJsonObject().entrySet().forEach(figure -> figures.put(figure.getKey(), figure.getValue().getAsDouble()));
            if (rounds.isEmpty()) {
                all.getAsJsonArray("held").forEach(held -> points(held.getAsJsonObject(), figures));
            }
            rounds.add(new Reading(figures, all.get("version").getAsString()));
        }
        return new Observed(all.get("name").getAsString(), all.get("settings").getAsString(), all.get("why").getAsString(), rounds);
    }

    private static void points(JsonObject held, Map<String, Double> figures) {
        JsonArray at = held.getAsJsonArray("at");
        for (int i = 0; i < at.size(); i++) {
            String phase = held.get("phase").getAsString();
            HeldOver.Point point = new HeldOver.Point(at.get(i).getAsInt(), held.getAsJsonArray("mib").get(i).getAsDouble(), held.getAsJsonArray("calls").get(i).getAsInt());
            HeldOver.figures(phase, point).forEach(figures::put);
        }
    }
}
