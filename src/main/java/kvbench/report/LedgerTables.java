package kvbench.report;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import kvbench.compare.Order;
import kvbench.memory.Ledger;
import kvbench.results.JmhResult;
import kvbench.results.Metric;
import kvbench.results.MetricNames;
import kvbench.stats.Statistics;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The memory ledger of a benchmark's arms: a row for each line, strategies side by side, for each
 * length of text.
 */
final class LedgerTables {
    private static final String PREFIX = "ledger.";

    /** As many columns of figures as fit beside the lines' names. */
    private static final int MOST_COLUMNS = 6;

    /** Between the name of a metric and why it is NaN. */
    private static final String IS_NAN = " is NaN: ";

    private static final String BYTES = "bytes";

    private static final String EXPLANATION =
            "Lines with + add up to rss growth, what the process holds beyond the baseline (model"
                + " loaded and warm, no cache), but for rss unaccounted; kv untouched is taken off:"
                + " slots held and never written, or on a GPU, so not in memory. kv held = analytic"
                + " + slack; a decode step or a prefill is taken back after each call, so held is"
                + " without its tokens, kv peak with them. arena inuse, peak and reserved are the"
                + " runtime's own accounts, beyond the baseline's; arena kept: its pages in memory"
                + " beside the cache. weights mapped, rss resident and rss peak are in all; weights"
                + " private: private memory that came with loading. norm: per token generated.";

    private final Set<String> axes;
    private final Set<String> allAxes;

    private LedgerTables(List<String> axes) {
        this.axes = new LinkedHashSet<>(axes);
        this.allAxes = Stream.concat(axes.stream(), Stream.of(Groups.STRATEGY)).collect(toSet());
    }

    /**
     * Tables of results that differ in strategy and in {@code axes}.
     *
     * @param axes parameters that make texts longer, as columns are to be ordered
     */
    static List<Table> of(List<JmhResult> results, String... axes) {
        return new LedgerTables(List.of(axes))
                .tables(results.stream().filter(LedgerTables::hasLedger).toList());
    }

    private List<Table> tables(List<JmhResult> results) {
        var tables = new ArrayList<Table>();
        Groups.byHeading(results, allAxes)
                .forEach(
                        (heading, group) ->
                                pages(group).forEach(page -> tables.add(table(heading, page))));
        return tables;
    }

    /** Arms of equal axes stay together; as many of such groups to a page as fit. */
    private List<List<JmhResult>> pages(List<JmhResult> group) {
        var byAxes = new LinkedHashMap<String, List<JmhResult>>();
        group.stream()
                .sorted(order())
                .forEach(
                        result ->
                                byAxes.computeIfAbsent(axesOf(result), key -> new ArrayList<>())
                                        .add(result));
        var pages = new ArrayList<List<JmhResult>>();
        for (List<JmhResult> equal : byAxes.values()) {
            if (pages.isEmpty() || pages.getLast().size() + equal.size() > MOST_COLUMNS) {
                pages.add(new ArrayList<>());
            }
            pages.getLast().addAll(equal);
        }
        return pages;
    }

    private Comparator<JmhResult> order() {
        Comparator<JmhResult> order = (one, other) -> 0;
        for (String axis : axes) {
            order = order.thenComparing(result -> Groups.value(result, axis), Order.NUMBERS);
        }
        return order.thenComparing(Groups::strategy, Order.STRATEGIES);
    }

    private String axesOf(JmhResult result) {
        return axes.stream().map(axis -> Groups.value(result, axis)).collect(joining(" + "));
    }

    private Table table(String heading, List<JmhResult> arms) {
        var columns = new ArrayList<Column>();
        columns.add(Column.words(String.join(" + ", axes)));
        arms.forEach(arm -> columns.add(Column.numbers(axesOf(arm), Groups.strategy(arm))));
        var notes = new Notes();
        List<List<Cell>> rows = Ledger.FORM.stream().map(line -> row(line, arms, notes)).toList();
        var sentences = new ArrayList<String>();
        sentences.add(sampling(arms));
        sentences.add(EXPLANATION);
        sentences.addAll(notes.lines(arms.stream().map(this::label).collect(toSet())));
        return new Table("Memory ledger, " + heading, columns, rows, sentences);
    }

    /** Reading the ledger of an answer takes time, so that it is read where nothing is measured. */
    private static String sampling(List<JmhResult> arms) {
        return arms.stream().anyMatch(arm -> arm.secondary(MetricNames.TOKENS).isPresent())
                ? "One reading for each fork, in its warm-up iteration: medians over the forks."
                : Footnotes.sampling(arms) + ": medians over the forks of each fork's median.";
    }

    private List<Cell> row(Ledger.Line line, List<JmhResult> arms, Notes notes) {
        String sign =
                switch (line.part()) {
                    case ADDED -> "+ ";
                    case TAKEN_OFF -> "- ";
                    case APART -> "  ";
                };
        var cells = new ArrayList<Cell>();
        cells.add(Cell.words(sign + words(line)));
        arms.forEach(arm -> cells.add(cell(line, arm, notes)));
        return cells;
    }

    private Cell cell(Ledger.Line line, JmhResult arm, Notes notes) {
        Optional<Metric> metric = arm.secondary(PREFIX + line.name());
        double median =
                metric.map(found -> Statistics.ofForks(found.samples()).median())
                        .orElse(Double.NaN);
        if (!Double.isFinite(median)) {
            notes.add(
                    "%s is n/a: %s"
                            .formatted(
                                    words(line),
                                    reason(PREFIX + line.name(), arm).orElse("not measured")),
                    label(arm));
        }
        return line.unit().startsWith(BYTES) ? Cell.bytes(median) : Cell.number(median, 1);
    }

    private static String words(Ledger.Line line) {
        return line.name().replace('.', ' ');
    }

    /** {@code static (2048)}. */
    private String label(JmhResult arm) {
        return "%s (%s)".formatted(Groups.strategy(arm), axesOf(arm));
    }

    private static boolean hasLedger(JmhResult result) {
        return result.secondary().keySet().stream().anyMatch(name -> name.startsWith(PREFIX));
    }

    /** Why a line has no figure, which the suite tells in the name of another metric. */
    private static Optional<String> reason(String name, JmhResult arm) {
        String before = name + IS_NAN;
        return arm.secondary().keySet().stream()
                .filter(metric -> metric.startsWith(before))
                .map(metric -> metric.substring(before.length()))
                .findFirst();
    }
}
