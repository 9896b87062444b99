package kvbench.results;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import kvbench.model.InputException;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The gaps between consecutive tokens, of {@code tokens.jsonl}: how often each length came up, in
 * classes a hundredth apart, so that any number of them takes little memory.
 */
public final class TokenGaps {
    /** Name of the file in a run's folder. */
    public static final String FILE_NAME = "tokens.jsonl";

    private static final double CLASS_RATIO = Math.log(1.01);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, TreeMap<Integer, Long>> classes = new TreeMap<>();

    private TokenGaps() {}

    /**
     * The gaps of the turns that {@code wanted} takes, by strategy; a run without the file has
     * none.
     *
     * @param wanted looks at a line's fields by name
     * @throws InputException if the file cannot be read or a line is no such object
     */
    public static TokenGaps in(Path folder, Predicate<UnaryOperator<String>> wanted) {
        var gaps = new TokenGaps();
        Path file = folder.resolve(FILE_NAME);
        if (!Files.exists(file)) {
            return gaps;
        }
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                JsonNode turn = JSON.readTree(line);
                if (!turn.isObject() || !isOfNumbers(turn.path("nanos"))) {
                    throw unusable(
                            file, number, "no object with an array \"nanos\" of numbers", null);
                }
                if (wanted.test(name -> turn.path(name).asText())) {
                    gaps.add(turn);
                }
            }
        } catch (JsonProcessingException e) {
            throw unusable(file, number, JmhFile.withoutSource(e), e);
        } catch (IOException e) {
            throw unusable(file, number + 1, e.toString(), e);
        }
        return gaps;
    }

    private static boolean isOfNumbers(JsonNode nanos) {
        return nanos.isArray() && nanos.valueStream().allMatch(JsonNode::isNumber);
    }

    private void add(JsonNode turn) {
        TreeMap<Integer, Long> counts =
                classes.computeIfAbsent(
                        turn.path("strategy").asText(), strategy -> new TreeMap<>());
        JsonNode nanos = turn.path("nanos");
        for (int token = 1; token < nanos.size(); token++) {
            double seconds =
                    (nanos.get(token).asDouble() - nanos.get(token - 1).asDouble())
                            / NANOS_PER_SECOND;
            if (seconds > 0 && Double.isFinite(seconds)) {
                counts.merge((int) Math.round(Math.log(seconds) / CLASS_RATIO), 1L, Long::sum);
            }
        }
    }

    /** The strategies that have gaps. */
    public Iterable<String> strategies() {
        return classes.keySet();
    }

    /**
     * The part of a strategy's gaps that are at most so long, by the length in seconds, to a
     * hundredth.
     */
    public TreeMap<Double, Double> cumulative(String strategy) {
        TreeMap<Integer, Long> counts = classes.getOrDefault(strategy, new TreeMap<>());
        double all = counts.values().stream().mapToLong(Long::longValue).sum();
        var parts = new TreeMap<Double, Double>();
        long below = 0;
        for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
            below += entry.getValue();
            parts.put(Math.exp(entry.getKey() * CLASS_RATIO), below / all);
        }
        return parts;
    }

    private static InputException unusable(Path file, int line, String found, Throwable cause) {
        return InputException.unusable(
                "%s: expected a JSON object of a turn in line %d, found %s. Remove the file to see the rest."
                        .formatted(file, line, InputException.quote(found)),
                cause);
    }
}
