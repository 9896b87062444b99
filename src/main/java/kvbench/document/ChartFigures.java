package kvbench.document;

import kvbench.chart.Axis;
import kvbench.chart.BarChart;
import kvbench.chart.Chart;
import kvbench.chart.IntervalChart;
import kvbench.chart.XyChart;
import kvbench.table.Format;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The figures that a chart shows, as a table: for readers who cannot see it, or want the numbers.
 * Of dots around a line of the same name only the line is told.
 */
final class ChartFigures {
    /** A curve of more points than that tells nobody anything as a table. */
    private static final int MOST_POINTS = 60;

    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double MICROS_PER_SECOND = 1e6;

    /** Index of the column with the figure itself. */
    private static final int VALUE = 2;

    private ChartFigures() {}

    static Table of(Chart chart) {
        return switch (chart) {
            case BarChart bars -> of(bars);
            case XyChart points -> of(points);
            case IntervalChart intervals -> of(intervals);
        };
    }

    private static Table of(BarChart chart) {
        var rows = new ArrayList<List<Cell>>();
        for (BarChart.Group group : chart.groups()) {
            for (BarChart.Bar bar : group.bars()) {
                rows.add(
                        List.of(
                                Cell.words(bar.category()),
                                Cell.words(group.name()),
                                figure(chart.value(), bar.value()),
                                figure(chart.value(), bar.low()),
                                figure(chart.value(), bar.high())));
            }
        }
        return table(chart, "bar", "group", chart.value().label(), rows);
    }

    private static Table of(XyChart chart) {
        var rows = new ArrayList<List<Cell>>();
        for (XyChart.Series series : chart.series()) {
            if (isToldByLine(series, chart)) {
                continue;
            }
            int every = Math.ceilDiv(series.points().size(), MOST_POINTS);
            for (int i = 0; i < series.points().size(); i += Math.max(1, every)) {
                XyChart.Point point = series.points().get(i);
                rows.add(
                        List.of(
                                Cell.words(series.name()),
                                Cell.words(text(chart.x(), point.x())),
                                figure(chart.y(), point.y()),
                                figure(chart.y(), point.low()),
                                figure(chart.y(), point.high())));
            }
        }
        return table(chart, "series", chart.x().label(), chart.y().label(), rows);
    }

    private static boolean isToldByLine(XyChart.Series series, XyChart chart) {
        return series.style() == XyChart.Style.DOTS
                && chart.series().stream()
                        .anyMatch(
                                other ->
                                        other.style() == XyChart.Style.LINE
                                                && other.name().equals(series.name()));
    }

    private static Table of(IntervalChart chart) {
        List<List<Cell>> rows =
                chart.rows().stream()
                        .map(
                                row ->
                                        List.of(
                                                Cell.words(row.label()),
                                                Cell.words(""),
                                                Cell.number(row.estimate(), 1),
                                                Cell.number(row.low(), 1),
                                                Cell.number(row.high(), 1)))
                        .toList();
        return table(chart, "pair", "", chart.axisLabel(), rows);
    }

    private static Table table(
            Chart chart, String first, String second, String value, List<List<Cell>> rows) {
        List<Column> columns =
                List.of(
                        Column.words(first),
                        Column.words(second),
                        Column.numbers(value, ""),
                        Column.numbers("low", ""),
                        Column.numbers("high", ""));
        List<Integer> told =
                IntStream.range(0, columns.size())
                        .filter(column -> column == 0 || column == VALUE || isTold(column, rows))
                        .boxed()
                        .toList();
        return new Table(
                chart.title() + ", figures",
                told.stream().map(columns::get).toList(),
                rows.stream().map(row -> told.stream().map(row::get).toList()).toList(),
                List.of());
    }

    /** Whether a column tells anything in any row: not every figure has a spread or a group. */
    private static boolean isTold(int column, List<List<Cell>> rows) {
        return rows.stream()
                .map(row -> row.get(column).text())
                .anyMatch(text -> !text.isEmpty() && !text.equals(Format.NOT_AVAILABLE));
    }

    private static String text(Axis axis, double value) {
        int position = (int) value;
        return axis.scale() == Axis.Scale.NAMED && position >= 0 && position < axis.names().size()
                ? axis.names().get(position)
                : axis.format().text(value);
    }

    /** As the axis has it to read, and in seconds or bytes for programs. */
    private static Cell figure(Axis axis, double value) {
        return Double.isFinite(value)
                ? new Cell(axis.format().text(value), value / perBaseUnit(axis))
                : new Cell(Format.NOT_AVAILABLE, value);
    }

    /** An axis names its unit of time in its label: {@code ms per token}. */
    private static double perBaseUnit(Axis axis) {
        List<String> words = List.of(axis.label().split("[^A-Za-z]+"));
        return words.contains("ms")
                ? MILLIS_PER_SECOND
                : words.contains("us") ? MICROS_PER_SECOND : 1;
    }
}
