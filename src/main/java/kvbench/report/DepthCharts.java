package kvbench.report;

import kvbench.chart.Axis;
import kvbench.chart.XyChart;
import kvbench.chart.XyChart.Point;
import kvbench.chart.XyChart.Series;
import kvbench.chart.XyChart.Spread;
import kvbench.chart.XyChart.Style;
import kvbench.compare.Order;
import kvbench.document.Block;
import kvbench.results.JmhResult;
import kvbench.results.MetricNames;
import kvbench.results.Units;
import kvbench.stats.Estimate;
import kvbench.stats.Statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a decode step costs as the cache fills: time per token and memory, against depth. */
final class DepthCharts {
    private static final String DEPTH = "depth";
    private static final String ANALYTIC_BYTES = "ledger.kv.analytic";
    private static final double MILLIS = 1e3;

    private final List<JmhResult> steps;
    private final String suffix;

    private DepthCharts(List<JmhResult> steps, String suffix) {
        this.steps = steps;
        this.suffix = suffix;
    }

    /** Charts of results that differ in strategy and depth; none where there are no two depths. */
    static List<Block.Figure> of(List<JmhResult> steps) {
        var figures = new ArrayList<Block.Figure>();
        Groups.byHeading(steps, Set.of(DEPTH, Groups.STRATEGY))
                .forEach(
                        (heading, group) -> {
                            long depths =
                                    group.stream()
                                            .map(result -> Groups.value(result, DEPTH))
                                            .distinct()
                                            .count();
                            if (depths > 1) {
                                String suffix =
                                        figures.isEmpty() ? "" : "-" + (figures.size() / 2 + 1);
                                figures.addAll(new DepthCharts(group, suffix).both());
                            }
                        });
        return figures;
    }

    private List<Block.Figure> both() {
        return List.of(
                new Block.Figure(
                        "depth-time" + suffix,
                        XyChart.of(
                                "Time per token against depth",
                                "Median time of a decode step in ms against the tokens in the"
                                        + " cache; the band is the interval of the forks.",
                                Axis.log("tokens in the cache"),
                                Axis.log("ms per token"),
                                series(Style.LINE, this::time))),
                new Block.Figure(
                        "depth-memory" + suffix,
                        XyChart.of(
                                "Cache memory against depth",
                                "Most bytes of cache alive in a decode step against the tokens in"
                                    + " the cache; dotted: tokens times bytes per token, what there"
                                    + " is to hold.",
                                Axis.log("tokens in the cache"),
                                Axis.log("cache bytes").inBytes(),
                                withAnalytic(series(Style.DOTS, this::memory)))));
    }

    private List<Series> series(Style style, Function<JmhResult, Point> point) {
        Map<String, List<JmhResult>> byStrategy =
                steps.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Groups::strategy,
                                        () -> new TreeMap<>(Order.STRATEGIES),
                                        Collectors.toList()));
        var series = new ArrayList<Series>();
        byStrategy.forEach(
                (strategy, results) ->
                        series.add(
                                new Series(
                                        strategy,
                                        style,
                                        Spread.BAND,
                                        results.stream()
                                                .map(point)
                                                .sorted(Comparator.comparingDouble(Point::x))
                                                .toList())));
        return series;
    }

    private Point time(JmhResult result) {
        var unit = Units.toSeconds(result.primary().unit());
        Estimate estimate =
                Statistics.ofForks(
                        result.primary().samples().stream()
                                .map(
                                        fork ->
                                                fork.stream()
                                                        .map(x -> unit.applyAsDouble(x) * MILLIS)
                                                        .toList())
                                .toList());
        return Point.of(depth(result), estimate.median(), estimate.low(), estimate.high());
    }

    private Point memory(JmhResult result) {
        return Point.of(depth(result), most(result, MetricNames.KV_PEAK));
    }

    private List<Series> withAnalytic(List<Series> series) {
        var byDepth = new TreeMap<Double, Double>();
        for (JmhResult result : steps) {
            double bytes = most(result, ANALYTIC_BYTES);
            if (bytes > 0) {
                byDepth.merge(depth(result), bytes, Math::max);
            }
        }
        if (byDepth.isEmpty()) {
            return series;
        }
        var all = new ArrayList<>(series);
        all.add(
                Series.of(
                        "tokens x bytes per token",
                        Style.DASHED,
                        byDepth.entrySet().stream()
                                .map(entry -> Point.of(entry.getKey(), entry.getValue()))
                                .toList()));
        return all;
    }

    private static double depth(JmhResult result) {
        return Order.value(Groups.value(result, DEPTH));
    }

    private static double most(JmhResult result, String metric) {
        return result.secondary(metric).stream()
                .flatMap(found -> found.samples().stream())
                .flatMap(List::stream)
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .max()
                .orElse(Double.NaN);
    }
}
