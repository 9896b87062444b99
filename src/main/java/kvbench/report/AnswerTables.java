package kvbench.report;

import kvbench.results.FailedArm;
import kvbench.results.JmhResult;
import kvbench.results.MetricNames;
import kvbench.stats.Estimate;
import kvbench.table.Format;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Tables of whole answers and of the gaps between their tokens: {@code ConversationBenchmark} by
 * turns, {@code GenerationBenchmark} by the length of prompt and answer.
 */
final class AnswerTables {
    private static final double MILLIS = 1e3;

    private static final String EXPLANATION =
            "gen time: generation of all answers. tokens/s: tokens in all over that time in all. KV"
                + " held: most bytes held after any step; KV peak: most alive at once, past and"
                + " present together. success: turns that ended well, of all. vs none: gen time of"
                + " none over that of the row.";

    private static final String EXPLANATION_OF_LATENCY =
            "TPOT: mean time per output token after the first. ITL: the gap before each of them, as"
                    + " a distribution over all answers of an iteration; percentiles are"
                    + " interpolated linearly, so that p99 of few gaps is close to the longest.";

    private final String rowName;
    private final Set<String> axes;
    private final Function<JmhResult, String> rowKey;

    /** What a note calls a row's key. */
    private final UnaryOperator<String> rowWords;

    private final Comparator<JmhResult> rowOrder;

    private AnswerTables(
            String rowName,
            Set<String> axes,
            Function<JmhResult, String> rowKey,
            UnaryOperator<String> rowWords,
            Comparator<JmhResult> rowOrder) {
        this.rowName = rowName;
        this.axes = axes;
        this.rowKey = rowKey;
        this.rowWords = rowWords;
        this.rowOrder = rowOrder.thenComparing(Groups::strategy, Order.STRATEGIES);
    }

    /** One row for each number of turns and strategy. */
    static AnswerTables ofConversations() {
        return new AnswerTables(
                "turns",
                Set.of("turns", Groups.STRATEGY),
                result -> Groups.value(result, "turns"),
                turns -> "turns " + turns,
                byNumber("turns"));
    }

    /** One row for each length of prompt, of answer, and strategy. */
    static AnswerTables ofGenerations() {
        return new AnswerTables(
                "test",
                Set.of("promptTokens", "tokenBudget", Groups.STRATEGY),
                result ->
                        "pp %s + tg %s"
                                .formatted(
                                        Groups.value(result, "promptTokens"),
                                        Groups.value(result, "tokenBudget")),
                test -> test,
                byNumber("promptTokens").thenComparing(byNumber("tokenBudget")));
    }

    private static Comparator<JmhResult> byNumber(String param) {
        return Comparator.comparing(result -> Groups.value(result, param), Order.NUMBERS);
    }

    /**
     * @param failed forks that are in no result, whose turns count all the same
     */
    List<Table> tables(List<JmhResult> results, List<FailedArm> failed) {
        var tables = new ArrayList<Table>();
        Groups.byHeading(results, axes)
                .forEach(
                        (heading, group) -> {
                            tables.add(table(heading, group, failed));
                            if (group.stream().anyMatch(AnswerTables::hasLatency)) {
                                tables.add(latency(heading, group));
                            }
                        });
        return tables;
    }

    private static boolean hasLatency(JmhResult result) {
        return result.secondary(MetricNames.ITL_P50).isPresent();
    }

    private List<Arm> arms(List<JmhResult> group, Notes notes) {
        return group.stream()
                .sorted(rowOrder)
                .map(result -> new Arm(result, label(result), notes))
                .toList();
    }

    private Table latency(String heading, List<JmhResult> group) {
        var notes = new Notes();
        List<Arm> arms = arms(group, notes);
        List<List<Cell>> rows = arms.stream().map(this::latency).toList();
        var sentences = new ArrayList<String>();
        sentences.add(Footnotes.medians(group));
        sentences.add(EXPLANATION_OF_LATENCY);
        sentences.addAll(notes.lines(arms.stream().map(Arm::label).collect(Collectors.toSet())));
        return new Table(
                "Latency of " + heading,
                List.of(
                        Column.numbers(rowName, ""),
                        Column.words("strategy"),
                        Column.numbers("TPOT", "ms"),
                        Column.numbers("ITL p50", "ms"),
                        Column.numbers("ITL p90", "ms"),
                        Column.numbers("ITL p99", "ms"),
                        Column.numbers("ITL max", "ms")),
                rows,
                sentences);
    }

    private List<Cell> latency(Arm arm) {
        return List.of(
                Cell.words(rowKey.apply(arm.result())),
                Cell.words(Groups.strategy(arm.result())),
                Cell.number(arm.seconds(MetricNames.TPOT).median(), MILLIS),
                Cell.number(arm.seconds(MetricNames.ITL_P50).median(), MILLIS),
                Cell.number(arm.seconds(MetricNames.ITL_P90).median(), MILLIS),
                Cell.number(arm.seconds(MetricNames.ITL_P99).median(), MILLIS),
                Cell.number(arm.seconds(MetricNames.ITL_MAX).median(), MILLIS));
    }

    private Table table(String heading, List<JmhResult> group, List<FailedArm> failed) {
        var notes = new Notes();
        List<Arm> arms = arms(group, notes);
        Map<String, Double> baseline =
                arms.stream()
                        .filter(arm -> Groups.strategy(arm.result()).equals(Order.BASELINE))
                        .filter(arm -> !arm.result().isEmpty())
                        .collect(
                                Collectors.toMap(
                                        arm -> rowKey.apply(arm.result()),
                                        arm -> arm.seconds(MetricNames.GENERATION_TIME).median(),
                                        (first, second) -> first));
        arms.stream()
                .filter(arm -> Groups.strategy(arm.result()).equals(Order.BASELINE))
                .filter(arm -> arm.result().isEmpty())
                .forEach(arm -> baseline.putIfAbsent(rowKey.apply(arm.result()), Double.NaN));
        List<List<Cell>> rows = arms.stream().map(arm -> row(arm, baseline, failed)).toList();
        noteUnequalWork(arms, notes);
        var sentences = new ArrayList<String>();
        sentences.add(Footnotes.medians(group) + " " + Footnotes.spread(group));
        sentences.add(EXPLANATION);
        sentences.addAll(notes.lines(arms.stream().map(Arm::label).collect(Collectors.toSet())));
        return new Table(heading, columns(), rows, sentences);
    }

    private List<Column> columns() {
        return List.of(
                Column.numbers(rowName, ""),
                Column.words("strategy"),
                Column.numbers("gen time", "s"),
                Column.numbers("+-", ""),
                Column.numbers("TTFT", "ms"),
                Column.numbers("TPOT", "ms"),
                Column.numbers("tokens/s", ""),
                Column.numbers("KV held", ""),
                Column.numbers("KV peak", ""),
                Column.numbers("success", ""),
                Column.numbers("vs none", ""));
    }

    private List<Cell> row(Arm arm, Map<String, Double> baseline, List<FailedArm> failed) {
        String key = rowKey.apply(arm.result());
        if (!baseline.containsKey(key)) {
            arm.notes().add("n/a, since none was not measured", rowWords.apply(key));
        } else if (Double.isNaN(baseline.get(key))) {
            arm.notes().add("vs none is n/a, since none gave no figure", rowWords.apply(key));
        }
        Estimate time = arm.seconds(MetricNames.GENERATION_TIME);
        return List.of(
                Cell.words(key),
                Cell.words(Groups.strategy(arm.result())),
                Cell.number(time.median(), 1),
                Cell.percent(time.relativeSpread()),
                Cell.number(arm.seconds(MetricNames.TTFT).median(), MILLIS),
                Cell.number(arm.seconds(MetricNames.TPOT).median(), MILLIS),
                Cell.number(arm.perSecond(MetricNames.TOKENS, MetricNames.GENERATION_TIME), 1),
                Cell.bytes(arm.mostBytes(MetricNames.KV_HELD)),
                Cell.bytes(arm.mostBytes(MetricNames.KV_PEAK)),
                Cell.percent(
                        arm.successRate(
                                MetricNames.TURNS_OK,
                                MetricNames.TURNS_FAILED,
                                arm.forksAmong(failed))),
                Cell.ratio(baseline.getOrDefault(key, Double.NaN) / time.median()));
    }

    /** A comparison holds only between arms that generated as many tokens. */
    private void noteUnequalWork(List<Arm> arms, Notes notes) {
        arms.stream()
                .collect(
                        Collectors.groupingBy(
                                arm -> rowKey.apply(arm.result()),
                                LinkedHashMap::new,
                                Collectors.toList()))
                .forEach(
                        (key, rivals) -> {
                            var tokens =
                                    rivals.stream()
                                            .mapToDouble(arm -> arm.mean(MetricNames.TOKENS))
                                            .filter(Double::isFinite)
                                            .summaryStatistics();
                            if (tokens.getCount() > 1 && tokens.getMin() != tokens.getMax()) {
                                notes.add(
                                        "the arms did not generate equally many tokens, so vs none"
                                                + " compares unequal work",
                                        "%s (%s to %s per iteration)"
                                                .formatted(
                                                        rowWords.apply(key),
                                                        Format.number(tokens.getMin()),
                                                        Format.number(tokens.getMax())));
                            }
                        });
    }

    private String label(JmhResult result) {
        return "%s (%s)".formatted(Groups.strategy(result), rowWords.apply(rowKey.apply(result)));
    }
}
