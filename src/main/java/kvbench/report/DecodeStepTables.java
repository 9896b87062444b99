package kvbench.report;

import static java.util.stream.Collectors.toSet;

import kvbench.results.JmhResult;
import kvbench.results.MetricNames;
import kvbench.table.Format;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tables of {@code DecodeStepBenchmark}: the time of one token by depth, strategies side by side.
 */
final class DecodeStepTables {
    private static final String DEPTH = "depth";
    private static final double MICROS = 1e6;

    /** As many as fit the width beside each other with their bytes. */
    private static final int STRATEGIES_PER_TABLE = 4;

    private DecodeStepTables() {}

    static List<Table> tables(List<JmhResult> results) {
        var tables = new ArrayList<Table>();
        Groups.byHeading(results, Set.of(DEPTH, Groups.STRATEGY))
                .forEach((heading, group) -> tables.addAll(tables(heading, group)));
        return tables;
    }

    private static List<Table> tables(String heading, List<JmhResult> group) {
        var strategies = new TreeSet<>(Order.STRATEGIES);
        group.forEach(result -> strategies.add(Groups.strategy(result)));
        var names = List.copyOf(strategies);
        var tables = new ArrayList<Table>();
        for (int first = 0; first < names.size(); first += STRATEGIES_PER_TABLE) {
            int end = Math.min(first + STRATEGIES_PER_TABLE, names.size());
            List<String> shown = names.subList(first, end);
            List<JmhResult> part =
                    group.stream()
                            .filter(result -> shown.contains(Groups.strategy(result)))
                            .toList();
            tables.add(table(first == 0 ? heading : heading + ", continued", shown, part));
        }
        return tables;
    }

    private static Table table(String heading, List<String> strategies, List<JmhResult> group) {
        var notes = new Notes();
        var depths = new TreeMap<String, Map<String, Arm>>(Order.NUMBERS);
        for (JmhResult result : group) {
            var arm = new Arm(result, label(result), notes);
            Arm before =
                    depths.computeIfAbsent(Groups.value(result, DEPTH), key -> new TreeMap<>())
                            .putIfAbsent(Groups.strategy(result), arm);
            if (before != null) {
                notes.add("measured more than once, the first is shown", arm.label());
            }
        }
        var columns = new ArrayList<Column>();
        columns.add(Column.numbers(DEPTH, ""));
        for (String strategy : strategies) {
            columns.add(Column.numbers(strategy, "us/token"));
            columns.add(Column.numbers("", "KV held"));
        }
        var rows = new ArrayList<List<Cell>>();
        depths.forEach((depth, arms) -> rows.add(row(depth, strategies, arms, notes)));
        noteJavaBytes(depths, notes);
        var sentences = new ArrayList<String>();
        sentences.add(Footnotes.medians(group) + largestSpread(depths));
        sentences.addAll(notes.lines(group.stream().map(DecodeStepTables::label).collect(toSet())));
        return new Table(heading, columns, rows, sentences);
    }

    private static List<Cell> row(
            String depth, List<String> strategies, Map<String, Arm> arms, Notes notes) {
        var cells = new ArrayList<Cell>();
        cells.add(Cell.words(depth));
        for (String strategy : strategies) {
            Arm arm = arms.get(strategy);
            if (arm == null) {
                notes.add("n/a, since there is no result", label(strategy, depth));
                cells.add(Cell.number(Double.NaN, MICROS));
                cells.add(Cell.bytes(Double.NaN));
            } else {
                cells.add(Cell.number(arm.primarySeconds().median(), MICROS));
                cells.add(Cell.bytes(arm.mostBytes(MetricNames.KV_HELD)));
            }
        }
        return cells;
    }

    /** The cells have no room for a spread each, so the worst one stands for all. */
    private static String largestSpread(Map<String, Map<String, Arm>> depths) {
        return depths.values().stream()
                .flatMap(arms -> arms.values().stream())
                .map(arm -> arm.primarySeconds().relativeSpread())
                .filter(Double::isFinite)
                .max(Comparator.naturalOrder())
                .map(
                        spread ->
                                " The largest spread of a time (half the interval of its forks) is %s."
                                        .formatted(Format.percent(spread)))
                .orElse(" A single fork has no spread.");
    }

    private static void noteJavaBytes(Map<String, Map<String, Arm>> depths, Notes notes) {
        depths.values().stream()
                .flatMap(arms -> arms.values().stream())
                .filter(arm -> arm.result().secondary(MetricNames.JAVA_BYTES).isPresent())
                .forEach(
                        arm ->
                                notes.add(
                                        "Java bytes allocated per step, JMH's own per iteration"
                                                + " included",
                                        "%s %s"
                                                .formatted(
                                                        arm.label(),
                                                        Format.bytes(
                                                                arm.plain(MetricNames.JAVA_BYTES)
                                                                        .median()))));
    }

    private static String label(JmhResult result) {
        return label(Groups.strategy(result), Groups.value(result, DEPTH));
    }

    private static String label(String strategy, String depth) {
        return "%s @ d %s".formatted(strategy, depth);
    }
}
