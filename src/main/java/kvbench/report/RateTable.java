package kvbench.report;

import kvbench.compare.Order;
import kvbench.results.JmhResult;
import kvbench.results.MetricNames;
import kvbench.results.Run;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tokens per second: tokens in all over time in all, never a mean of ratios. */
final class RateTable {
    private static final Set<String> WITH_TOKENS =
            Set.of(
                    "ConversationBenchmark",
                    "GenerationBenchmark",
                    "PrefillBenchmark",
                    "DecodeStepBenchmark");

    private static final String PROMPT_TOKENS = "promptTokens";

    private RateTable() {}

    /** The table of a run; empty where nothing generates or takes in tokens. */
    static Optional<Table> of(
            Run run, TestNames names, String baseline, Map<String, String> marks) {
        var notes = new Notes();
        var tests = new LinkedHashMap<String, Map<String, Double>>();
        run.results().stream()
                .sorted(Order.RESULTS)
                .filter(result -> result.param(Groups.STRATEGY).isPresent())
                .forEach(
                        result -> {
                            if (WITH_TOKENS.contains(result.className())) {
                                tests.computeIfAbsent(
                                                names.of(result), key -> new LinkedHashMap<>())
                                        .put(Groups.strategy(result), rate(result, names, notes));
                            }
                        });
        if (tests.isEmpty()) {
            return Optional.empty();
        }
        List<String> strategies = strategies(tests.values().stream().map(Map::keySet), baseline);
        var columns = new ArrayList<Column>();
        columns.add(Column.words("test"));
        strategies.forEach(
                strategy ->
                        columns.add(
                                Column.numbers(
                                        strategy + marks.getOrDefault(strategy, ""), "tokens/s")));
        var rows = new ArrayList<List<Cell>>();
        tests.forEach(
                (test, rates) -> {
                    var cells = new ArrayList<Cell>();
                    cells.add(Cell.words(test));
                    strategies.forEach(
                            strategy ->
                                    cells.add(
                                            Cell.number(
                                                    rates.getOrDefault(strategy, Double.NaN), 1)));
                    rows.add(cells);
                });
        var sentences = new ArrayList<String>();
        sentences.add(
                "Tokens in all over time in all: tokens generated, of a prefill (pp alone) tokens"
                    + " of the prompt. A slow fork counts in full here and hardly in medians: where"
                    + " some are slow, the order may be another than that of the times.");
        sentences.addAll(notes.lines(Set.of()));
        return Optional.of(new Table("Throughput, higher is better", columns, rows, sentences));
    }

    private static List<String> strategies(Stream<Set<String>> names, String baseline) {
        var strategies =
                new ArrayList<>(
                        names.flatMap(Set::stream)
                                .collect(
                                        Collectors.toCollection(
                                                () -> new TreeSet<>(Order.STRATEGIES))));
        if (strategies.remove(baseline)) {
            strategies.addFirst(baseline);
        }
        return strategies;
    }

    private static double prefill(JmhResult result, Arm arm) {
        double tokens = Order.value(Groups.value(result, PROMPT_TOKENS));
        if (!Double.isFinite(tokens)) {
            arm.notes().add("n/a, since promptTokens is no whole number", arm.label());
            return Double.NaN;
        }
        return arm.perSecondOfScore(tokens);
    }

    private static double rate(JmhResult result, TestNames names, Notes notes) {
        var arm =
                new Arm(
                        result,
                        "%s (%s)".formatted(Groups.strategy(result), names.of(result)),
                        notes);
        return switch (result.className()) {
            case "ConversationBenchmark", "GenerationBenchmark" ->
                    arm.perSecond(MetricNames.TOKENS, MetricNames.GENERATION_TIME);
            case "PrefillBenchmark" -> prefill(result, arm);
            default -> arm.perSecondOfScore(1);
        };
    }
}
