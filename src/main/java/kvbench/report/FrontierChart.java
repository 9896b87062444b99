package kvbench.report;

import kvbench.chart.Axis;
import kvbench.chart.XyChart;
import kvbench.chart.XyChart.Point;
import kvbench.chart.XyChart.Series;
import kvbench.chart.XyChart.Style;
import kvbench.compare.Comparison;
import kvbench.compare.Entry;
import kvbench.compare.Quantity;
import kvbench.compare.Row;
import kvbench.document.Block;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Memory against speed, for the longest text that was measured: where no strategy is both faster
 * and smaller, there is the frontier.
 */
final class FrontierChart {
    private static final double MILLIS = 1e3;

    private FrontierChart() {}

    /** The chart; empty where no two strategies have both figures. */
    static Optional<Block.Figure> of(Comparison comparison, TestNames names) {
        Optional<Row> time = last(comparison, Quantity.TIME.name(), Optional.empty());
        Optional<Row> peak =
                time.flatMap(row -> last(comparison, Quantity.KV_PEAK.name(), Optional.of(row)));
        if (peak.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Point> points = points(comparison, time.get(), peak.get());
        if (points.size() < 2) {
            return Optional.empty();
        }
        var series = new ArrayList<Series>();
        series.add(Series.of("frontier", Style.DASHED, frontier(points)));
        points.forEach(
                (strategy, point) ->
                        series.add(
                                Series.of(
                                        strategy, Style.DOTS, List.of(point.withLabel(strategy)))));
        return Optional.of(
                new Block.Figure(
                        "frontier",
                        XyChart.of(
                                "Memory against speed, " + names.of(time.get().example()),
                                "Most bytes of cache alive against the time, down and left is"
                                        + " better; on the dotted frontier no other is both faster"
                                        + " and smaller.",
                                Axis.log("ms"),
                                Axis.linear("most cache bytes alive").fromZero().inBytes(),
                                series)));
    }

    /** The last such row: decode steps come last, the deepest at the end. */
    private static Optional<Row> last(
            Comparison comparison, String quantity, Optional<Row> sameTest) {
        return comparison.rows().stream()
                .filter(row -> row.quantity().name().equals(quantity))
                .filter(row -> row.run().isEmpty() || sameTest.isEmpty())
                .filter(
                        row ->
                                sameTest.isEmpty()
                                        || row.params().equals(sameTest.get().params())
                                                && row.example()
                                                        .benchmark()
                                                        .equals(
                                                                sameTest.get()
                                                                        .example()
                                                                        .benchmark()))
                .filter(row -> row.entries().stream().filter(Entry::hasFigure).count() > 1)
                .filter(row -> row.example().secondary(Quantity.KV_PEAK.name()).isPresent())
                .reduce((one, other) -> other);
    }

    private static Map<String, Point> points(Comparison comparison, Row time, Row peak) {
        var points = new LinkedHashMap<String, Point>();
        for (int column = 0; column < comparison.columns().size(); column++) {
            Entry seconds = time.entries().get(column);
            Entry bytes = peak.entries().get(column);
            if (seconds.hasFigure() && bytes.hasFigure()) {
                points.put(
                        comparison.columns().get(column),
                        Point.of(seconds.estimate().median() * MILLIS, bytes.estimate().median()));
            }
        }
        return points;
    }

    private static List<Point> frontier(Map<String, Point> points) {
        var frontier = new ArrayList<Point>();
        points.values().stream()
                .sorted(Comparator.comparingDouble(Point::x).thenComparing(Point::y))
                .forEach(
                        point -> {
                            if (frontier.isEmpty() || point.y() < frontier.getLast().y()) {
                                frontier.add(point);
                            }
                        });
        return frontier;
    }
}
