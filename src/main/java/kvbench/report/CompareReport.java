package kvbench.report;

import kvbench.chart.IntervalChart;
import kvbench.chart.IntervalChart.Emphasis;
import kvbench.compare.Axis;
import kvbench.compare.Comparison;
import kvbench.compare.Entry;
import kvbench.compare.Gate;
import kvbench.compare.Row;
import kvbench.compare.Side;
import kvbench.compare.Verdict;
import kvbench.context.Difference;
import kvbench.document.Block;
import kvbench.document.Document;
import kvbench.document.Section;
import kvbench.document.Section.Depth;
import kvbench.table.Format;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a comparison of runs, or of the values of a parameter, came to. */
public final class CompareReport {
    /** As many ratios as a picture shows legibly. */
    private static final int MOST_RATIOS = 40;

    private static final String BENCHMARK = "benchmark";

    /** Runs always differ in it, and it means nothing. */
    private static final String TIME_OF_RUN = "utc";

    private final Comparison comparison;
    private final List<Side> sides;
    private final TestNames names;

    private CompareReport(Comparison comparison, List<Side> sides) {
        this.comparison = comparison;
        this.sides = sides;
        this.names =
                new TestNames(
                        sides.stream().flatMap(side -> side.run().results().stream()).toList(),
                        comparison.axis().isOfRuns() ? Set.of() : Set.of(comparison.axis().name()));
    }

    /** The report on {@code comparison} of {@code sides}. */
    public static Document of(Comparison comparison, List<Side> sides) {
        return new CompareReport(comparison, sides).document();
    }

    /** What fails a gate, in words: which row, in which column, by how much. */
    public static List<String> sentences(
            Comparison comparison, List<Side> sides, List<Gate.Failure> failures) {
        var report = new CompareReport(comparison, sides);
        return failures.stream()
                .map(failure -> report.sentence(failure.row(), failure.entry(), failure.column()))
                .toList();
    }

    private Document document() {
        var sections = new ArrayList<Section>();
        if (!comparison.rows().isEmpty()) {
            sections.add(
                    new Section(
                            "Figures",
                            Depth.BRIEF,
                            List.of(
                                    new Block.Tabular(
                                            ComparisonTable.of(
                                                    "By " + comparison.axis().name(),
                                                    comparison,
                                                    names,
                                                    Map.of())))));
            List<Block> charts = charts();
            if (!charts.isEmpty()) {
                sections.add(new Section("Ratios", Depth.FULL, charts));
            }
        }
        List<Block> differences = differences();
        if (!differences.isEmpty()) {
            sections.add(new Section("How the runs differ", Depth.BRIEF, differences));
        }
        return new Document(
                "%s: %s".formatted("Comparison by " + comparison.axis().name(), title()),
                summary(),
                Stream.concat(comparison.notes().stream(), warnings().stream()).toList(),
                sections);
    }

    private List<String> warnings() {
        var warnings = new RunWarnings();
        sides.forEach(
                side ->
                        side.run()
                                .context()
                                .ifPresent(context -> warnings.add(side.name(), context)));
        return warnings.lines();
    }

    /** {@code cand against base}; {@code static, window against dynamic}. */
    private String title() {
        List<String> columns = comparison.columns();
        return columns.size() < 2
                ? String.join("", columns)
                : "%s against %s"
                        .formatted(
                                String.join(", ", columns.subList(1, columns.size())),
                                columns.getFirst());
    }

    private List<String> summary() {
        var sentences = new ArrayList<String>();
        if (comparison.columns().size() < 2) {
            sentences.add(
                    "Nothing to compare: there is only %s on the axis %s."
                            .formatted(
                                    comparison.columns().isEmpty()
                                            ? "no value"
                                            : "\"" + comparison.columns().getFirst() + "\"",
                                    comparison.axis().name()));
            return sentences;
        }
        sentences.add(headline());
        found().stream().limit(MOST_RATIOS).forEach(sentences::add);
        int more = found().size() - MOST_RATIOS;
        if (more > 0) {
            sentences.add("And %d more: see the table.".formatted(more));
        }
        noCache().ifPresent(sentences::add);
        return sentences;
    }

    private String headline() {
        var counts = new EnumMap<Verdict, Long>(Verdict.class);
        comparison
                .candidates()
                .filter(entry -> !entry.isOnNeitherSide())
                .forEach(entry -> counts.merge(entry.verdict(), 1L, Long::sum));
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        if (all == 0) {
            return "No figure was found on both sides.";
        }
        return (comparison.isOfNothingInCommon() ? nothingInCommon() + " " : "")
                + "Of %d comparison%s: %s."
                        .formatted(
                                all,
                                all == 1 ? "" : "s",
                                counts.entrySet().stream()
                                        .map(
                                                entry ->
                                                        entry.getValue()
                                                                + " "
                                                                + words(entry.getKey()))
                                        .collect(Collectors.joining(", ")));
    }

    /** {@code No test is in both: they differ in depth and threads.} */
    private String nothingInCommon() {
        List<String> differing = new ArrayList<>();
        if (isDisjoint(BENCHMARK)) {
            differing.add(BENCHMARK);
        } else {
            comparison.rows().stream()
                    .flatMap(row -> row.params().keySet().stream())
                    .distinct()
                    .filter(this::isDisjoint)
                    .forEach(differing::add);
        }
        return "No test is in both: %s."
                .formatted(
                        differing.isEmpty()
                                ? "they measured other combinations of the parameters"
                                : "they differ in " + String.join(" and ", differing));
    }

    private static boolean isOfBaseline(Row row) {
        return row.baseline().verdict() != Verdict.ONLY_IN_CANDIDATE;
    }

    private boolean isDisjoint(String name) {
        return Collections.disjoint(
                values(CompareReport::isOfBaseline, name), values(row -> !isOfBaseline(row), name));
    }

    /** Values of a parameter in the rows of a side; {@link #BENCHMARK} is one here. */
    private Set<String> values(Predicate<Row> side, String name) {
        return comparison.rows().stream()
                .filter(side)
                .map(
                        row ->
                                name.equals(BENCHMARK)
                                        ? row.example().benchmark()
                                        : row.params().getOrDefault(name, ""))
                .collect(Collectors.toSet());
    }

    private static String words(Verdict verdict) {
        return switch (verdict) {
            case LESS_MEMORY -> "with less memory";
            case MORE_MEMORY -> "with more memory";
            case WITHIN_NOISE -> "undecided (within noise)";
            case TOO_FEW_SAMPLES -> "undecided (too few forks)";
            default -> verdict.words();
        };
    }

    private static boolean isTold(Entry entry) {
        return entry.verdict().isDifference()
                || entry.verdict() == Verdict.FAILED
                || entry.isSeen();
    }

    /** That no cache at all holds no bytes is told once: it speaks for nothing. */
    private boolean isOfNoCache(Row row, int column) {
        int none = noCacheColumn();
        return none >= 0 && (column == none || none == 0) && holdsNothing(row, none);
    }

    /** Below 0 where there is none, or where columns are no strategies. */
    private int noCacheColumn() {
        return comparison.axis().equals(Axis.STRATEGY)
                ? comparison.columns().indexOf(Recommendation.NO_CACHE)
                : -1;
    }

    private static boolean holdsNothing(Row row, int column) {
        return row.quantity().isExact() && row.entries().get(column).estimate().median() == 0;
    }

    private Optional<String> noCache() {
        int column = noCacheColumn();
        long figures =
                column < 0
                        ? 0
                        : comparison.rows().stream()
                                .filter(row -> holdsNothing(row, column))
                                .count();
        return figures == 0
                ? Optional.empty()
                : Optional.of(
                        "%s holds no cache: 0 B in %d figure%s."
                                .formatted(
                                        Recommendation.NO_CACHE, figures, figures == 1 ? "" : "s"));
    }

    /**
     * What failed, then the differences that were shown, then those that were seen in every fork,
     * the largest first.
     */
    private List<String> found() {
        record Found(Row row, Entry entry, String column) {}
        var all = new ArrayList<Found>();
        for (Row row : comparison.rows()) {
            for (int i = 1; i < row.entries().size(); i++) {
                Entry entry = row.entries().get(i);
                if (isTold(entry) && !isOfNoCache(row, i)) {
                    all.add(new Found(row, entry, comparison.columns().get(i)));
                }
            }
        }
        return all.stream()
                .sorted(
                        Comparator.comparing(
                                        (Found found) -> found.entry().verdict() != Verdict.FAILED)
                                .thenComparing(found -> found.entry().isSeen())
                                .thenComparing(found -> -Math.abs(Math.log(found.entry().ratio()))))
                .map(found -> sentence(found.row(), found.entry(), found.column()))
                .toList();
    }

    private String sentence(Row row, Entry entry, String column) {
        String what =
                "%s%s, %s"
                        .formatted(names.of(row.example()), strategy(row), row.quantity().label());
        if (entry.verdict() == Verdict.FAILED) {
            return entry.hasFigure()
                    ? "%s: %s, and %s did not.".formatted(what, failedBaseline(row), column)
                    : "%s: %s failed (%s).".formatted(what, column, entry.reason());
        }
        if (entry.verdict() == Verdict.ONLY_IN_BASELINE) {
            return "%s: %s has no result%s."
                    .formatted(
                            what,
                            column,
                            entry.reason().isEmpty() ? "" : " (" + entry.reason() + ")");
        }
        return "%s: %s is %s%s, from %s to %s."
                .formatted(
                        what,
                        column,
                        size(row, entry),
                        entry.isSeen()
                                ? " %s, too few for the test to show it"
                                        .formatted(VerdictSentences.everyFork(row, entry))
                                : "",
                        figure(row, row.baseline()),
                        figure(row, entry));
    }

    /**
     * {@code 10.2% slower (9.1% to 11.2%)}, {@code 4.04x slower (3.90 to 4.20)}, and without a size
     * {@code more}.
     */
    private static String size(Row row, Entry entry) {
        double ratio = entry.ratio();
        // Of counted bytes a difference within the threshold is one, too, and what was seen is.
        String words =
                entry.verdict() == Verdict.NO_DIFFERENCE || entry.isSeen()
                        ? row.quantity().difference(ratio, row.unit()).words()
                        : entry.verdict().words();
        if (Double.isNaN(ratio) || ratio <= 0 || Double.isInfinite(ratio)) {
            return words;
        }
        boolean isFactor = ComparisonTable.isFactor(ratio);
        DoubleFunction<String> part =
                isFactor
                        ? value -> Format.significant(ratio < 1 ? 1 / value : value, 3)
                        : value ->
                                Format.signedPercent(ratio < 1 ? 1 - value : value - 1)
                                        .replace("+", "");
        boolean hasInterval = !Double.isNaN(entry.low()) && entry.low() != entry.high();
        return "%s%s %s%s"
                .formatted(
                        part.apply(ratio),
                        isFactor ? "x" : "",
                        words,
                        hasInterval
                                ? " (95 %% interval %s to %s)"
                                        .formatted(
                                                part.apply(ratio < 1 ? entry.high() : entry.low()),
                                                part.apply(ratio < 1 ? entry.low() : entry.high()))
                                : "");
    }

    private String failedBaseline(Row row) {
        return "%s failed (%s)".formatted(comparison.columns().getFirst(), row.baseline().reason());
    }

    /** Rows of runs differ in strategy, which is no part of a test's name. */
    private String strategy(Row row) {
        return row.params().containsKey(Groups.STRATEGY)
                ? ", " + row.params().get(Groups.STRATEGY)
                : "";
    }

    private static String figure(Row row, Entry entry) {
        Scale scale = Scale.of(row.unit(), entry.estimate().median());
        return (scale.text(entry.estimate().median()) + " " + scale.unit()).strip();
    }

    private List<Block> charts() {
        var blocks = new ArrayList<Block>();
        chart("ratios-varying", "Ratios of what varies", row -> !row.quantity().isExact())
                .ifPresent(blocks::add);
        return blocks;
    }

    private static boolean isDrawn(Entry entry) {
        return entry.verdict().isCompared() && entry.ratio() > 0;
    }

    private Optional<Block> chart(String slug, String title, Predicate<Row> wanted) {
        var rows = new ArrayList<IntervalChart.Row>();
        for (Row row : comparison.rows()) {
            for (int i = 1; i < row.entries().size() && rows.size() < MOST_RATIOS; i++) {
                Entry entry = row.entries().get(i);
                if (wanted.test(row) && isDrawn(entry)) {
                    rows.add(
                            new IntervalChart.Row(
                                    names.of(row.example())
                                            + strategy(row)
                                            + (row.quantity().name().equals("time")
                                                    ? ""
                                                    : ", " + row.quantity().label())
                                            + (comparison.columns().size() > 2
                                                    ? ", " + comparison.columns().get(i)
                                                    : ""),
                                    entry.ratio(),
                                    entry.low(),
                                    entry.high(),
                                    emphasis(entry.verdict())));
                }
            }
        }
        long all =
                comparison.rows().stream()
                        .filter(wanted)
                        .flatMap(row -> row.candidates().stream())
                        .filter(CompareReport::isDrawn)
                        .count();
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Block.Figure(
                                slug,
                                new IntervalChart(
                                        title,
                                        "Ratio to %s with its 95 %% interval; the shaded band is 2 %%, which does not matter."
                                                        .formatted(comparison.columns().getFirst())
                                                + (all > rows.size()
                                                        ? " And %d more: see the table."
                                                                .formatted(all - rows.size())
                                                        : ""),
                                        "ratio to "
                                                + comparison.columns().getFirst()
                                                + (isLessBetter(wanted)
                                                        ? ", below 1 is better"
                                                        : ""),
                                        IntervalChart.DEFAULT_THRESHOLD,
                                        rows)));
    }

    private boolean isLessBetter(Predicate<Row> wanted) {
        return comparison.rows().stream()
                .filter(wanted)
                .allMatch(row -> row.quantity().difference(0.5, row.unit()).isBetter());
    }

    private static Emphasis emphasis(Verdict verdict) {
        return verdict.isBetter()
                ? Emphasis.BETTER
                : verdict.isWorse() ? Emphasis.WORSE : Emphasis.NONE;
    }

    private String means(Difference difference) {
        if (difference.weight() != Difference.Weight.BLOCKING) {
            return "compared, worth knowing";
        }
        return comparison.allowed().contains(difference) ? "compared" : "not comparable";
    }

    /** Digests and long fractions by their beginnings: what differs shows there too. */
    private static String brief(String fact) {
        return fact.replaceAll("\\b([0-9a-f]{12})[0-9a-f]{28,}\\b", "$1")
                .replaceAll("(\\d\\.\\d{3})\\d+", "$1");
    }

    private List<Block> differences() {
        var rows = new ArrayList<List<Cell>>();
        comparison
                .contexts()
                .forEach(
                        (side, differences) -> {
                            for (Difference difference : differences) {
                                if (difference.field().equals(TIME_OF_RUN)) {
                                    continue;
                                }
                                rows.add(
                                        List.of(
                                                Cell.words(side),
                                                Cell.words(difference.field()),
                                                Cell.words(brief(difference.left())),
                                                Cell.words(brief(difference.right())),
                                                Cell.words(means(difference))));
                            }
                        });
        if (rows.isEmpty()) {
            return List.of();
        }
        String reference = comparison.reference(sides).orElse(sides.getFirst()).name();
        return List.of(
                new Block.Tabular(
                        new Table(
                                "Differences to " + reference,
                                List.of(
                                        Column.words("run"),
                                        Column.words("field"),
                                        Column.words(reference),
                                        Column.words("in that run"),
                                        Column.words("means")),
                                rows,
                                List.of())));
    }
}
