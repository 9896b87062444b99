package kvbench.report;

import kvbench.results.JmhResult;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a report calls the cells of the matrix: in llama-bench's words ({@code pp 512}, {@code tg @
 * d 2048}) where it has one, and with those parameters in which cells of the same name differ,
 * threads and modes among them.
 */
final class TestNames {
    private static final String STRATEGY = "strategy";

    /** Parameters that a name of its own already tells. */
    private static final Map<String, List<String>> NAMED =
            Map.of(
                    "ConversationBenchmark", List.of("turns"),
                    "GenerationBenchmark", List.of("promptTokens", "tokenBudget"),
                    "PrefillBenchmark", List.of("promptTokens"),
                    "DecodeStepBenchmark", List.of("depth"));

    /** For each benchmark its parameters with the values that came up. */
    private final Map<String, Map<String, Set<String>>> values = new LinkedHashMap<>();

    /** For each benchmark the modes that it was measured in. */
    private final Map<String, Set<String>> modes = new LinkedHashMap<>();

    private final Set<String> apart;

    /**
     * @param apart parameters that the columns or headings tell
     */
    TestNames(Collection<JmhResult> results, Set<String> apart) {
        this.apart = apart;
        for (JmhResult result : results) {
            // What was not measured only stands for a result, in no mode of its own.
            if (!result.primary().samples().isEmpty()) {
                modes.computeIfAbsent(result.shortName(), name -> new LinkedHashSet<>())
                        .add(result.mode());
            }
            Map<String, Set<String>> params =
                    values.computeIfAbsent(result.shortName(), name -> new TreeMap<>());
            result.params()
                    .forEach(
                            (name, value) ->
                                    params.computeIfAbsent(name, key -> new LinkedHashSet<>())
                                            .add(value));
        }
    }

    /** {@code converse, 5 turns}; {@code pp 512}; {@code tg @ d 2048, capacity=4096}. */
    String of(JmhResult result) {
        var words = new ArrayList<String>();
        words.add(name(result));
        varying(result).stream()
                .filter(name -> result.params().containsKey(name))
                .map(name -> name + "=" + result.params().get(name))
                .forEach(words::add);
        if (result.threads() > 1) {
            words.add(result.threads() + " JMH threads");
        }
        Set<String> measured = modes.getOrDefault(result.shortName(), Set.of());
        if (measured.size() > 1 && measured.contains(result.mode())) {
            words.add(result.mode());
        }
        return String.join(", ", words);
    }

    private List<String> varying(JmhResult result) {
        List<String> named = NAMED.getOrDefault(result.className(), List.of());
        return values.getOrDefault(result.shortName(), Map.of()).entrySet().stream()
                .filter(param -> param.getValue().size() > 1)
                .map(Map.Entry::getKey)
                .filter(name -> !named.contains(name))
                .filter(name -> !name.equals(STRATEGY) && !apart.contains(name))
                .toList();
    }

    private String name(JmhResult result) {
        return switch (result.className()) {
            case "ConversationBenchmark" ->
                    told(result, "turns")
                            .map(turns -> turns.equals("1") ? ", 1 turn" : ", " + turns + " turns")
                            .map("converse"::concat)
                            .orElse("converse");
            case "GenerationBenchmark" ->
                    "pp%s + tg%s"
                            .formatted(
                                    number(result, "promptTokens"), number(result, "tokenBudget"));
            case "PrefillBenchmark" -> "pp" + number(result, "promptTokens");
            case "DecodeStepBenchmark" -> told(result, "depth").map("tg @ d "::concat).orElse("tg");
            default -> result.shortName();
        };
    }

    private String number(JmhResult result, String param) {
        return told(result, param).map(" "::concat).orElse("");
    }

    private Optional<String> told(JmhResult result, String param) {
        return apart.contains(param) ? Optional.empty() : Optional.of(Groups.value(result, param));
    }

    /** The parameters that are the same in all cells of a benchmark, a line for each benchmark. */
    List<String> fixed() {
        var lines = new LinkedHashMap<String, List<String>>();
        values.forEach(
                (benchmark, params) -> {
                    String className = benchmark.replaceFirst("\\..*", "");
                    List<String> named = NAMED.getOrDefault(className, List.of());
                    String words =
                            params.entrySet().stream()
                                    .filter(param -> param.getValue().size() == 1)
                                    .filter(param -> !named.contains(param.getKey()))
                                    .filter(param -> !param.getKey().equals(STRATEGY))
                                    .filter(param -> params.containsKey(STRATEGY))
                                    .map(
                                            param ->
                                                    Map.of(
                                                            param.getKey(),
                                                            param.getValue().iterator().next()))
                                    .filter(param -> !JmhResult.chosen(param).isEmpty())
                                    .map(Groups::words)
                                    .collect(Collectors.joining(" "));
                    lines.computeIfAbsent(words, key -> new ArrayList<>()).add(benchmark);
                });
        return lines.entrySet().stream()
                .filter(line -> !line.getKey().isEmpty())
                .map(line -> String.join(", ", line.getValue()) + ": " + line.getKey() + ".")
                .toList();
    }
}
