package dev.hz3.bench.cost;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Costs as JMH writes them down: JSON, which can be kept.
public final class CostFile {

    private CostFile() {}

    /// What JMH wrote into `file`, in its order.
    ///
    /// @throws IOException where it cannot be read
    /// @throws IllegalArgumentException where it was not written by JMH, with a sentence
    public static List<Cost> read(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file)) {
            List<Cost> costs = new ArrayList<>();
            for (JsonElement result : JsonParser.parseReader(reader).getAsJsonArray()) {
                costs.add(cost(result.getAsJsonObject()));
            }
            return costs;
        } catch (RuntimeException strange) { // whatever is missing, or is something else than it should be
            throw new IllegalArgumentException("'" + file + "' is not what JMH writes as JSON", strange);
        }
    }

    private static Cost cost(JsonObject result) {
        SortedMap<String, String> parameters = new TreeMap<>();
        if (result.has("params")) {
            result.getAsJsonObject("params").entrySet().forEach(one -> parameters.put(one.getKey(), one.getValue().getAsString()));
        }
        JsonObject metric = result.getAsJsonObject("primaryMetric");
        return new Cost(
                result.get("benchmark").getAsString(),
                result.get("mode").getAsString(),
                parameters,
                metric.get("score").getAsDouble(),
                metric.get("scoreError").getAsDouble(), // "NaN" where there were fewer than three iterations
                metric.get("scoreUnit").getAsString(),
                new Cost.Method(
                        result.get("jdkVersion").getAsString(),
                        result.get("threads").getAsInt(),
                        result.get("forks").getAsInt(),
                        result.get("warmupIterations").getAsInt(),
                        result.get("warmupTime").getAsString(),
                        result.get("measurementIterations").getAsInt(),
                        result.get("measurementTime").getAsString()));
    }
}
