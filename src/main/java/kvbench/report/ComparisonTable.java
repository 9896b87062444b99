package kvbench.report;

import kvbench.compare.Comparison;
import kvbench.compare.Entry;
import kvbench.compare.Row;
import kvbench.compare.Verdict;
import kvbench.stats.Estimate;
import kvbench.table.Format;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;
import kvbench.table.Table.Mark;
import kvbench.table.Table.Standing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A comparison as a table: a row for each quantity of each cell of the matrix, a column for each
 * value of the axis, the baseline's first.
 */
final class ComparisonTable {
    /** From there on a difference reads better as a ratio. */
    private static final double RATIO_INSTEAD_OF_PERCENT = 2;

    /** Half an interval, as a part of the figure, from where on its two ends tell more. */
    private static final double WIDE = 0.5;

    private static final String SEE_BELOW = "! see below.";

    private final Comparison comparison;
    private final TestNames names;
    private final Notes notes = new Notes();
    private boolean hasNote;

    private ComparisonTable(Comparison comparison, TestNames names) {
        this.comparison = comparison;
        this.names = names;
    }

    /**
     * @param heading what the figures are
     * @param marks what a column is marked with behind its name, by name
     */
    static Table of(
            String heading, Comparison comparison, TestNames names, Map<String, String> marks) {
        return new ComparisonTable(comparison, names).table(heading, marks);
    }

    /**
     * The figures alone, of which nothing is said.
     *
     * @param notes what they are
     */
    static Table ofFigures(
            String heading, Comparison comparison, TestNames names, List<String> notes) {
        var figures = new ComparisonTable(withoutVerdicts(comparison), names);
        Table table = figures.table(heading, Map.of());
        var sentences = new ArrayList<>(notes);
        if (figures.hasNote) {
            sentences.add(SEE_BELOW);
            sentences.addAll(figures.notes.lines(figures.labels(comparison.rows())));
        }
        return new Table(
                heading,
                table.columns().stream()
                        .map(column -> new Column(column.name(), "", column.align()))
                        .toList(),
                table.rows().stream()
                        .map(
                                row ->
                                        row.stream()
                                                .map(
                                                        cell ->
                                                                new Cell(
                                                                        cell.text(),
                                                                        cell.spread(),
                                                                        "",
                                                                        cell.value(),
                                                                        Mark.PLAIN))
                                                .toList())
                        .toList(),
                sentences);
    }

    private static Comparison withoutVerdicts(Comparison comparison) {
        return new Comparison(
                comparison.axis(),
                comparison.columns(),
                comparison.rows().stream()
                        .map(
                                row ->
                                        new Row(
                                                row.example(),
                                                row.params(),
                                                row.run(),
                                                row.quantity(),
                                                row.unit(),
                                                row.entries().stream()
                                                        .map(ComparisonTable::withoutVerdict)
                                                        .toList()))
                        .toList(),
                comparison.contexts(),
                comparison.allowed(),
                comparison.notes());
    }

    /** Why there is no figure must be said all the same. */
    private static Entry withoutVerdict(Entry entry) {
        return entry.hasFigure()
                ? new Entry(
                        entry.estimate(),
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        Verdict.NO_DIFFERENCE,
                        "")
                : entry;
    }

    private Table table(String heading, Map<String, String> marks) {
        List<Row> rows = comparison.rows();
        boolean hasQuantities = rows.stream().map(Row::quantity).distinct().count() > 1;
        List<Label> labels = labelColumns(rows);
        var columns = new ArrayList<Column>();
        labels.forEach(label -> columns.add(Column.words(label.name())));
        columns.add(Column.words(hasQuantities ? "figure" : "unit"));
        for (String name : comparison.columns()) {
            columns.add(
                    Column.numbers(
                            name + marks.getOrDefault(name, ""),
                            name.equals(comparison.columns().getFirst()) ? "(baseline)" : ""));
        }
        List<List<Cell>> cells =
                rows.stream().map(row -> cells(row, labels, hasQuantities)).toList();
        var sentences = new ArrayList<String>();
        sentences.addAll(legend(rows));
        sentences.addAll(notes.lines(labels(rows)));
        return new Table(heading, columns, cells, sentences);
    }

    /** A column of words that tells rows apart. */
    private record Label(String name, Function<Row, String> text) {}

    private List<Label> labelColumns(List<Row> rows) {
        var labels = new ArrayList<Label>();
        labels.add(new Label("test", row -> names.of(row.example())));
        if (rows.stream().anyMatch(row -> row.params().containsKey(Groups.STRATEGY))) {
            labels.add(
                    new Label(
                            Groups.STRATEGY,
                            row -> row.params().getOrDefault(Groups.STRATEGY, "")));
        }
        if (rows.stream().map(Row::run).distinct().count() > 1) {
            labels.add(new Label("run", Row::run));
        }
        return labels;
    }

    private List<Cell> cells(Row row, List<Label> labels, boolean hasQuantities) {
        double typical =
                row.entries().stream()
                        .filter(Entry::hasFigure)
                        .mapToDouble(entry -> entry.estimate().median())
                        .filter(value -> value > 0)
                        .min()
                        .orElse(Double.NaN);
        Scale scale = Scale.of(row.unit(), typical);
        var cells = new ArrayList<Cell>();
        labels.forEach(label -> cells.add(Cell.words(label.text().apply(row))));
        cells.add(
                Cell.words(
                        (hasQuantities ? row.quantity().label() + " " : "")
                                .concat(scale.unit())
                                .strip()));
        for (int i = 0; i < row.entries().size(); i++) {
            cells.add(cell(row, row.entries().get(i), comparison.columns().get(i), scale, i == 0));
        }
        return cells;
    }

    private Cell cell(Row row, Entry entry, String column, Scale scale, boolean isBaseline) {
        String label = label(row, column);
        if (!entry.reason().isEmpty()) {
            notes.add(entry.reason(), label);
            hasNote = true;
        }
        String flag = entry.reason().isEmpty() ? "" : " !";
        if (!entry.hasFigure()) {
            String word =
                    switch (entry.verdict()) {
                        case FAILED -> "failed";
                        case ONLY_IN_BASELINE, ONLY_IN_CANDIDATE -> "-";
                        default -> Format.NOT_AVAILABLE;
                    };
            return new Cell(
                    word + flag,
                    "",
                    "",
                    Double.NaN,
                    Mark.MISSING,
                    isBaseline ? Standing.NONE : standing(entry));
        }
        return new Cell(
                scale.text(entry.estimate().median()),
                row.quantity().isExact() ? "" : spread(entry.estimate(), scale),
                ((isBaseline ? "" : difference(row, entry)) + flag).strip(),
                entry.estimate().median(),
                isBaseline ? Mark.BASELINE : mark(entry.verdict()),
                isBaseline ? Standing.NONE : standing(entry));
    }

    private static Standing standing(Entry entry) {
        return new Standing(
                entry.verdict().toString(), entry.ratio(), entry.low(), entry.high(), entry.p());
    }

    /** {@code +-3.1%}, and of a wide one its ends, which seldom lie as far on either side. */
    private static String spread(Estimate estimate, Scale scale) {
        double spread = estimate.relativeSpread();
        if (Double.isNaN(spread)) {
            return "";
        }
        return spread > WIDE
                ? "(%s to %s)".formatted(scale.text(estimate.low()), scale.text(estimate.high()))
                : "+-" + Format.percent(spread);
    }

    /** {@code -38.3%}, {@code 4.04x slower}, {@code +1.2% ~}, {@code 3.00x ~}, {@code =}. */
    static String difference(Row row, Entry entry) {
        if (entry.verdict() == Verdict.FAILED) {
            return "baseline failed";
        }
        if (!entry.verdict().isCompared()) {
            return entry.verdict().words();
        }
        double ratio = entry.ratio();
        if (Double.isNaN(ratio) || ratio <= 0 || Double.isInfinite(ratio)) {
            return entry.verdict().isDifference() ? entry.verdict().words() : "";
        }
        String size = size(row, ratio);
        return switch (entry.verdict()) {
            case NO_DIFFERENCE -> ratio == 1 ? "=" : size + " =";
            // What is undecided is not called slower: a factor above 1 is a larger figure.
            case WITHIN_NOISE, TOO_FEW_SAMPLES ->
                    (isFactor(ratio) ? Format.significant(ratio, 3) + "x" : size) + " ~";
            default -> size;
        };
    }

    /** {@code +12.3%} up to a factor of two, {@code 4.04x slower} beyond. */
    static String size(Row row, double ratio) {
        double larger = Math.max(ratio, 1 / ratio);
        return isFactor(ratio)
                ? "%sx %s"
                        .formatted(
                                Format.significant(larger, 3),
                                row.quantity().difference(ratio, row.unit()).words())
                : Format.signedPercent(ratio - 1);
    }

    /** Whether a ratio reads better as a factor than in per cent. */
    static boolean isFactor(double ratio) {
        return Math.max(ratio, 1 / ratio) > RATIO_INSTEAD_OF_PERCENT;
    }

    private static Mark mark(Verdict verdict) {
        if (verdict.isBetter()) {
            return Mark.BETTER;
        }
        if (verdict.isWorse()) {
            return Mark.WORSE;
        }
        return switch (verdict) {
            case NO_DIFFERENCE -> Mark.SAME;
            case WITHIN_NOISE, TOO_FEW_SAMPLES -> Mark.UNDECIDED;
            default -> Mark.PLAIN;
        };
    }

    private List<String> legend(List<Row> rows) {
        var lines = new ArrayList<String>();
        boolean isSampled = rows.stream().anyMatch(row -> !row.quantity().isExact());
        if (isSampled) {
            lines.add(
                    "%s. Figures are medians over the forks of each fork's median; +- is half the 95 %% interval, or half the range below 6 forks%s."
                            .formatted(
                                    forks(rows),
                                    isAnyWide(rows)
                                            ? "; where that is more than 50 %, its two ends instead"
                                            : ""));
        }
        Set<Verdict> verdicts =
                comparison.candidates().map(Entry::verdict).collect(Collectors.toSet());
        if (!verdicts.isEmpty()) {
            lines.add(
                    "Differences are to %s. = the same within 2 %%; ~ undecided."
                            .formatted(comparison.columns().getFirst()));
        }
        if (hasNote) {
            lines.add(SEE_BELOW);
        }
        return lines;
    }

    private static boolean isAnyWide(List<Row> rows) {
        return rows.stream()
                .filter(row -> !row.quantity().isExact())
                .flatMap(row -> row.entries().stream())
                .anyMatch(entry -> entry.estimate().relativeSpread() > WIDE);
    }

    private static String forks(List<Row> rows) {
        var forks =
                rows.stream()
                        .filter(row -> !row.quantity().isExact())
                        .flatMap(row -> row.entries().stream())
                        .filter(Entry::hasFigure)
                        .mapToInt(entry -> entry.estimate().forks())
                        .summaryStatistics();
        if (forks.getCount() == 0) {
            return "No forks";
        }
        return forks.getMin() == forks.getMax()
                ? "%d fork%s each".formatted(forks.getMin(), forks.getMin() == 1 ? "" : "s")
                : "%d to %d forks each".formatted(forks.getMin(), forks.getMax());
    }

    private Set<String> labels(List<Row> rows) {
        return rows.stream()
                .flatMap(row -> comparison.columns().stream().map(column -> label(row, column)))
                .collect(Collectors.toSet());
    }

    private String label(Row row, String column) {
        String strategy = row.params().getOrDefault(Groups.STRATEGY, "");
        return "%s (%s)"
                .formatted(
                        column,
                        names.of(row.example()) + (strategy.isEmpty() ? "" : ", " + strategy));
    }
}
