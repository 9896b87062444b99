package kvbench.report;

import kvbench.chart.Axis;
import kvbench.chart.XyChart;
import kvbench.chart.XyChart.Point;
import kvbench.chart.XyChart.Series;
import kvbench.chart.XyChart.Style;
import kvbench.compare.Order;
import kvbench.document.Block;
import kvbench.results.TokenGaps;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** How the gaps between consecutive tokens are distributed. */
final class LatencyChart {
    private static final double MILLIS = 1e3;

    private LatencyChart() {}

    /**
     * The chart of gaps; empty where there are none.
     *
     * @param subject what answers they are of
     * @param suffix of the chart's name, which tells several apart
     */
    static Optional<Block.Figure> of(TokenGaps gaps, String subject, String suffix) {
        var byStrategy = new TreeMap<String, Series>(Order.STRATEGIES);
        gaps.strategies()
                .forEach(
                        strategy ->
                                byStrategy.put(
                                        strategy,
                                        Series.of(strategy, Style.STEP, points(gaps, strategy))));
        if (byStrategy.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Block.Figure(
                        "itl-distribution" + suffix,
                        XyChart.of(
                                "Gaps between tokens",
                                "The part of all gaps between consecutive tokens (ITL) that are at"
                                        + " most so long, of "
                                        + subject
                                        + ".",
                                Axis.log("gap, ms"),
                                Axis.linear("part of the gaps").fromZero().inPercent(),
                                List.copyOf(byStrategy.values()))));
    }

    private static List<Point> points(TokenGaps gaps, String strategy) {
        var points = new ArrayList<Point>();
        gaps.cumulative(strategy)
                .forEach((seconds, part) -> points.add(Point.of(seconds * MILLIS, part)));
        return points;
    }
}
