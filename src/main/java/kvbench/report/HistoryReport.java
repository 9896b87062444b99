package kvbench.report;

import kvbench.chart.Axis;
import kvbench.chart.XyChart;
import kvbench.chart.XyChart.Marker;
import kvbench.chart.XyChart.Point;
import kvbench.chart.XyChart.Spread;
import kvbench.chart.XyChart.Style;
import kvbench.compare.Comparison;
import kvbench.compare.History;
import kvbench.compare.History.Series;
import kvbench.document.Block;
import kvbench.document.Document;
import kvbench.document.Section;
import kvbench.document.Section.Depth;
import kvbench.stats.ChangePoint;
import kvbench.stats.ChangePoints;
import kvbench.stats.Estimate;
import kvbench.table.Format;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;
import kvbench.table.Table.Mark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Each arm over the commits, with the changes that stand out. */
public final class HistoryReport {
    /** More pictures than that nobody looks through; the table has all. */
    private static final int MOST_CHARTS = 24;

    private final History history;
    private final TestNames names;

    private HistoryReport(History history) {
        this.history = history;
        this.names =
                new TestNames(history.series().stream().map(Series::example).toList(), Set.of());
    }

    /** The report on a history. */
    public static Document of(History history) {
        return new HistoryReport(history).document();
    }

    private Document document() {
        var sections = new ArrayList<Section>();
        if (!history.series().isEmpty()) {
            sections.add(
                    new Section("Changes", Depth.BRIEF, List.of(new Block.Tabular(changes()))));
            List<Block> charts = charts();
            long tests = history.series().stream().map(this::test).distinct().count();
            String heading =
                    tests > charts.size()
                            ? "Charts (%d of %d, the table has all)".formatted(charts.size(), tests)
                            : "Charts";
            sections.add(new Section(heading, Depth.FULL, charts));
            sections.add(new Section("Arms", Depth.FULL, List.of(new Block.Tabular(arms()))));
        }
        return new Document(
                "History of %d run%s"
                        .formatted(
                                history.points().size(), history.points().size() == 1 ? "" : "s"),
                summary(),
                Stream.of(
                                history.leftOut().stream().map(reason -> "left out " + reason),
                                history.unfinished().stream(),
                                warnings().stream())
                        .flatMap(lines -> lines)
                        .toList(),
                sections);
    }

    private List<String> warnings() {
        var warnings = new RunWarnings();
        for (int run = 0; run < history.points().size(); run++) {
            warnings.add(history.points().get(run).run(), history.contexts().get(run));
        }
        return warnings.lines();
    }

    private List<String> summary() {
        if (history.points().isEmpty()) {
            return List.of("No run with a context.json and results was found.");
        }
        var sentences = new ArrayList<String>();
        long changed = count(series -> !series.changes().isEmpty());
        int runs = history.points().size();
        String period =
                "%d run%s, %s (%s) to %s (%s)"
                        .formatted(
                                runs,
                                runs == 1 ? "" : "s",
                                history.points().getFirst().commit(),
                                history.points().getFirst().utc(),
                                history.points().getLast().commit(),
                                history.points().getLast().utc());
        if (isTooShort() && varying() > 0) {
            long counted = count(series -> series.quantity().isExact());
            sentences.add(
                    "%s: too few for a change of %s to show, which takes %d runs%s."
                            .formatted(
                                    period,
                                    figures(varying())
                                            + " that var"
                                            + (varying() == 1 ? "ies" : "y"),
                                    ChangePoints.FEWEST_RUNS,
                                    counted == 0
                                            ? ""
                                            : "; %d of %s of counted bytes changed"
                                                    .formatted(changed, figures(counted))));
        } else {
            sentences.add(
                    "%d of %s changed over %s."
                            .formatted(changed, figures(history.series().size()), period));
        }
        history.series().stream()
                .filter(series -> !series.changes().isEmpty())
                .limit(MOST_CHARTS)
                .map(this::sentence)
                .forEach(sentences::add);
        if (changed > MOST_CHARTS) {
            sentences.add("And %d more: see the table.".formatted(changed - MOST_CHARTS));
        }
        return sentences;
    }

    private boolean isTooShort() {
        return history.points().size() < ChangePoints.FEWEST_RUNS;
    }

    private long count(Predicate<Series> wanted) {
        return history.series().stream().filter(wanted).count();
    }

    private long varying() {
        return count(series -> !series.quantity().isExact());
    }

    private static String figures(long number) {
        return number + (number == 1 ? " figure" : " figures");
    }

    private String sentence(Series series) {
        return "%s: %s."
                .formatted(
                        label(series),
                        series.changes().stream()
                                .map(change -> words(series, change))
                                .collect(Collectors.joining(", ")));
    }

    private String words(Series series, ChangePoint change) {
        return "%s at %s%s"
                .formatted(
                        size(series, change),
                        history.points().get(change.run()).commit(),
                        history.isOfSameCode(series, change)
                                ? " (same commit as the run before: machine, not code)"
                                : "");
    }

    /** {@code +20.0%}; of bytes after none, which have no ratio, {@code from 0 B to 64 B}. */
    private static String size(Series series, ChangePoint change) {
        if (Double.isFinite(change.ratio())) {
            return Format.signedPercent(change.ratio() - 1);
        }
        double level = series.estimates().get(change.run()).median();
        Scale scale = Scale.of(series.unit(), level);
        return "from %s to %s"
                .formatted(
                        (scale.text(0) + " " + scale.unit()).strip(),
                        (scale.text(level) + " " + scale.unit()).strip());
    }

    private String label(Series series) {
        return "%s, %s, %s"
                .formatted(
                        names.of(series.example()),
                        Groups.strategy(series.example()),
                        series.quantity().label());
    }

    private Table changes() {
        var rows = new ArrayList<List<Cell>>();
        for (Series series : history.series()) {
            for (ChangePoint change : series.changes()) {
                History.Point point = history.points().get(change.run());
                boolean isCode = !history.isOfSameCode(series, change);
                boolean isWorse =
                        isCode
                                && series.quantity()
                                        .difference(change.ratio(), series.unit())
                                        .isWorse();
                boolean isBetter =
                        isCode
                                && series.quantity()
                                        .difference(change.ratio(), series.unit())
                                        .isBetter();
                rows.add(
                        List.of(
                                Cell.words(names.of(series.example())),
                                Cell.words(Groups.strategy(series.example())),
                                Cell.words(series.quantity().label()),
                                Cell.words(point.commit() + (isCode ? "" : " again")),
                                Cell.words(point.utc()),
                                new Cell(
                                        "",
                                        "",
                                        size(series, change),
                                        change.ratio(),
                                        isWorse ? Mark.WORSE : isBetter ? Mark.BETTER : Mark.PLAIN),
                                Cell.number(change.p(), 1)));
            }
        }
        return new Table(
                "Changes that stand out",
                List.of(
                        Column.words("test"),
                        Column.words("strategy"),
                        Column.words("figure"),
                        Column.words("commit"),
                        Column.words("run of"),
                        Column.numbers("change", ""),
                        Column.numbers("p", "")),
                rows,
                notes(rows.size()));
    }

    private List<String> notes(int found) {
        var notes = new ArrayList<String>();
        long varying = varying();
        notes.add(
                "A change is a level that lasted at least %d runs and differs from the one before by 2 %% or more; the run is the replicate. %sCounted bytes do not vary, so that each change of them is one, and p is n/a."
                        .formatted(
                                ChangePoints.SHORTEST_SEGMENT,
                                varying == 0
                                        ? ""
                                        : "Of each figure's history without a change 5 %% at most show one: of %s that var%s, had none changed, %d at most would be expected to. "
                                                .formatted(
                                                        figures(varying),
                                                        varying == 1 ? "ies" : "y",
                                                        expected(varying))));
        if (history.series().stream()
                .anyMatch(
                        series ->
                                series.changes().stream()
                                        .anyMatch(
                                                change -> history.isOfSameCode(series, change)))) {
            notes.add(
                    "A commit \"again\" is that of the run before: the machine changed there, not"
                            + " the code.");
        }
        notes.add(
                found > 0
                        ? found + " found."
                        : isTooShort()
                                ? "None was found; what varies takes %d runs to show one."
                                        .formatted(ChangePoints.FEWEST_RUNS)
                                : "None was found.");
        return notes;
    }

    /** So many of figures without a change show one all the same, at most and on average. */
    private static long expected(long varying) {
        return Math.round(Math.ceil(varying * Comparison.SIGNIFICANCE));
    }

    private List<Block> charts() {
        var byTest = new LinkedHashMap<String, List<Series>>();
        for (Series series : history.series()) {
            byTest.computeIfAbsent(test(series), key -> new ArrayList<>()).add(series);
        }
        var charts = new ArrayList<Block>();
        byTest.entrySet().stream()
                .sorted(
                        (one, other) ->
                                Boolean.compare(
                                        hasChange(other.getValue()), hasChange(one.getValue())))
                .limit(MOST_CHARTS)
                .forEach(
                        test ->
                                charts.add(
                                        chart(
                                                "history-" + (charts.size() + 1),
                                                test.getKey(),
                                                test.getValue())));
        return charts;
    }

    private String test(Series series) {
        return names.of(series.example()) + ", " + series.quantity().label();
    }

    private static boolean hasChange(List<Series> series) {
        return series.stream().anyMatch(one -> !one.changes().isEmpty());
    }

    private Block.Figure chart(String slug, String title, List<Series> series) {
        boolean isBytes = series.getFirst().unit().equals("B");
        Scale scale =
                Scale.of(
                        series.getFirst().unit(),
                        series.stream()
                                .flatMap(one -> one.estimates().stream())
                                .mapToDouble(Estimate::median)
                                .filter(value -> value > 0)
                                .min()
                                .orElse(1));
        Axis runs = Axis.named("commit", history.points().stream().map(this::place).toList());
        Axis values = isBytes ? Axis.log("bytes").inBytes() : Axis.log(scale.unit());
        Map<Integer, String> markers = new LinkedHashMap<>();
        for (Series one : series) {
            for (ChangePoint change : one.changes()) {
                markers.merge(
                        change.run(),
                        "%s %s".formatted(Groups.strategy(one.example()), size(one, change)),
                        (first, second) -> first + ", " + second);
            }
        }
        return new Block.Figure(
                slug,
                new XyChart(
                        title,
                        title
                                + " over the runs, oldest left; bars are the intervals of the"
                                + " forks, vertical lines the changes that stand out.",
                        runs,
                        values,
                        series.stream()
                                .map(
                                        one ->
                                                new XyChart.Series(
                                                        Groups.strategy(one.example()),
                                                        Style.LINE,
                                                        Spread.ERROR_BARS,
                                                        points(one, scale)))
                                .toList(),
                        markers.entrySet().stream()
                                .map(marker -> new Marker(marker.getKey(), marker.getValue()))
                                .toList()));
    }

    /** The commit, and of one that was measured several times the day and minute too. */
    private String place(History.Point point) {
        long measured =
                history.points().stream()
                        .filter(other -> other.commit().equals(point.commit()))
                        .count();
        return measured == 1
                ? point.commit()
                : point.commit()
                        + point.utc()
                                .replaceFirst("^\\d+-(\\d+-\\d+)T(\\d+:\\d+:\\d+).*", " $1 $2");
    }

    private static List<Point> points(Series series, Scale scale) {
        double factor = scale.unit().isEmpty() ? 1 : scale.factor();
        return IntStream.range(0, series.estimates().size())
                .filter(run -> !Double.isNaN(series.estimates().get(run).median()))
                .mapToObj(
                        run -> {
                            Estimate estimate = series.estimates().get(run);
                            return Point.of(
                                    run,
                                    estimate.median() * factor,
                                    estimate.low() * factor,
                                    estimate.high() * factor);
                        })
                .toList();
    }

    private Table arms() {
        var rows = new ArrayList<List<Cell>>();
        for (Series series : history.series()) {
            List<Estimate> measured =
                    series.estimates().stream()
                            .filter(estimate -> !Double.isNaN(estimate.median()))
                            .toList();
            if (measured.isEmpty()) {
                continue;
            }
            double first = measured.getFirst().median();
            double last = measured.getLast().median();
            Scale scale = Scale.of(series.unit(), first);
            rows.add(
                    List.of(
                            Cell.words(names.of(series.example())),
                            Cell.words(Groups.strategy(series.example())),
                            Cell.words((series.quantity().label() + " " + scale.unit()).strip()),
                            new Cell("" + measured.size(), measured.size()),
                            new Cell(scale.text(first), first),
                            new Cell(scale.text(last), last),
                            new Cell(Format.signedPercent(last / first - 1), last / first),
                            Cell.words(
                                    series.changes().stream()
                                            .map(change -> words(series, change))
                                            .collect(Collectors.joining(", ")))));
        }
        return new Table(
                "Every figure over the runs",
                List.of(
                        Column.words("test"),
                        Column.words("strategy"),
                        Column.words("figure"),
                        Column.numbers("runs", ""),
                        Column.numbers("first", ""),
                        Column.numbers("last", ""),
                        Column.numbers("last to first", ""),
                        Column.words("changes")),
                rows,
                List.of("Medians over the forks of each fork's median."));
    }
}
