package kvbench.report;

import kvbench.results.JmhResult;
import kvbench.stats.Estimate;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Tables of {@code PrefillBenchmark}: the time of one prompt in one pass. */
final class PrefillTables {
    private static final String PROMPT_TOKENS = "promptTokens";
    private static final double MILLIS = 1e3;

    private PrefillTables() {}

    static List<Table> tables(List<JmhResult> results) {
        var tables = new ArrayList<Table>();
        Groups.byHeading(results, Set.of(PROMPT_TOKENS, Groups.STRATEGY))
                .forEach((heading, group) -> tables.add(table(heading, group)));
        return tables;
    }

    private static Table table(String heading, List<JmhResult> group) {
        var notes = new Notes();
        List<Arm> arms =
                group.stream()
                        .sorted(
                                Comparator.comparing(PrefillTables::promptTokens, Order.NUMBERS)
                                        .thenComparing(Groups::strategy, Order.STRATEGIES))
                        .map(result -> new Arm(result, label(result), notes))
                        .toList();
        List<List<Cell>> rows = arms.stream().map(PrefillTables::row).toList();
        var sentences = new ArrayList<String>();
        sentences.add(Footnotes.medians(group) + " " + Footnotes.spread(group));
        sentences.add("tokens/s: prompt tokens in all over time in all.");
        sentences.addAll(notes.lines(arms.stream().map(Arm::label).collect(Collectors.toSet())));
        return new Table(
                heading,
                List.of(
                        Column.numbers("test", ""),
                        Column.words("strategy"),
                        Column.numbers("prefill", "ms"),
                        Column.numbers("+-", ""),
                        Column.numbers("tokens/s", "")),
                rows,
                sentences);
    }

    private static List<Cell> row(Arm arm) {
        JmhResult result = arm.result();
        Estimate time = arm.primarySeconds();
        double promptTokens = Order.value(promptTokens(result));
        if (!Double.isFinite(promptTokens)) {
            arm.notes().add("n/a, since promptTokens is no whole number", arm.label());
        }
        return List.of(
                Cell.words(test(result)),
                Cell.words(Groups.strategy(result)),
                Cell.number(time.median(), MILLIS),
                Cell.percent(time.relativeSpread()),
                Cell.number(arm.perSecondOfScore(promptTokens), 1));
    }

    private static String label(JmhResult result) {
        return "%s (%s)".formatted(Groups.strategy(result), test(result));
    }

    private static String test(JmhResult result) {
        return "pp " + promptTokens(result);
    }

    private static String promptTokens(JmhResult result) {
        return Groups.value(result, PROMPT_TOKENS);
    }
}
