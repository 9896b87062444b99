package kvbench.chart;

import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleInsets;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;

/** Lays out a forest plot. */
final class IntervalFigure {
    private static final int ROW_HEIGHT = 22;
    private static final int HEIGHT_WITHOUT_ROWS = 100;
    private static final double RADIUS = 3.6;
    private static final Color BETTER = new Color(0x0072b2);
    private static final Color WORSE = new Color(0xd55e00);
    private static final Color UNCHANGED = new Color(0x7a828c);

    private final IntervalChart chart;
    private final List<IntervalChart.Row> rows;

    private IntervalFigure(IntervalChart chart) {
        this.chart = chart;
        this.rows = chart.rows().stream().filter(row -> shows(row.estimate())).toList();
    }

    static Figure of(IntervalChart chart) {
        return new IntervalFigure(chart).figure();
    }

    private static boolean shows(double ratio) {
        return Double.isFinite(ratio) && ratio > 0;
    }

    private static boolean hasInterval(IntervalChart.Row row) {
        return Double.isFinite(row.low()) && Double.isFinite(row.high());
    }

    private Figure figure() {
        long unmeasured =
                chart.rows().stream().filter(row -> !Double.isFinite(row.estimate())).count();
        int notPositive = chart.rows().size() - rows.size() - (int) unmeasured;
        String description = Figure.description(chart, (int) unmeasured, notPositive);
        if (rows.isEmpty()) {
            return Figure.empty(chart, description);
        }
        Span x = Span.of(Axis.log(chart.axisLabel()), ratios());
        XYPlot plot = plot(x);
        var layers = new Layers(plot);
        for (IntervalChart.Emphasis emphasis : IntervalChart.Emphasis.values()) {
            rows(layers, emphasis, x);
        }
        int height = HEIGHT_WITHOUT_ROWS + ROW_HEIGHT * rows.size();
        return new Figure(chart, description, plot, List.of(), height, this::hits);
    }

    private List<Double> ratios() {
        var ratios =
                new ArrayList<Double>(
                        List.of(1.0, 1 + chart.threshold(), 1 / (1 + chart.threshold())));
        for (IntervalChart.Row row : rows) {
            ratios.add(row.estimate());
            ratios.add(row.low());
            ratios.add(row.high());
        }
        return ratios;
    }

    private XYPlot plot(Span x) {
        Span y =
                Span.of(
                        Axis.named("", rows.stream().map(IntervalChart.Row::label).toList()),
                        List.of());
        ScaledAxis names = ScaledAxis.of(y, ScaledAxis.Turn.LEVEL).bare();
        names.setTickLabelPaint(Neutral.INK.color());
        var numbers =
                new ScaledAxis(y, ScaledAxis.Turn.LEVEL, row -> Tips.ratio(rows.get((int) row)))
                        .bare();
        names.setInverted(true);
        numbers.setInverted(true);
        XYPlot plot = Figure.plot(ScaledAxis.of(x, ScaledAxis.Turn.LEVEL), names);
        plot.setRangeAxis(1, numbers);
        plot.setRangeAxisLocation(1, AxisLocation.BOTTOM_OR_RIGHT);
        plot.setInsets(new RectangleInsets(2, 2, 2, 4));
        if (chart.threshold() > 0) {
            var band =
                    new IntervalMarker(
                            1 - chart.threshold(), 1 + chart.threshold(), Neutral.BAND.color());
            band.setAlpha(1);
            band.setOutlinePaint(null);
            plot.addDomainMarker(band, Layer.BACKGROUND);
        }
        var one = new ValueMarker(1, Neutral.AXIS.color(), Look.stroke(1));
        one.setAlpha(1);
        plot.addDomainMarker(one, Layer.BACKGROUND);
        return plot;
    }

    private void rows(Layers layers, IntervalChart.Emphasis emphasis, Span x) {
        var items = new ArrayList<PointTable.Item>();
        var intervals = new ArrayList<PointTable.Item>();
        for (int at = 0; at < rows.size(); at++) {
            IntervalChart.Row row = rows.get(at);
            if (row.emphasis() != emphasis) {
                continue;
            }
            items.add(PointTable.Item.at(row.estimate(), at));
            if (hasInterval(row)) {
                intervals.add(
                        new PointTable.Item(
                                row.estimate(),
                                at,
                                x.clamp(row.low()),
                                x.clamp(row.high()),
                                at,
                                at));
            }
        }
        if (!items.isEmpty()) {
            layers.horizontalErrors(intervals, color(emphasis));
            layers.markers(
                    items,
                    new Look(color(emphasis), marker(emphasis), Look.Fill.SOLID, new float[0]),
                    RADIUS,
                    255);
        }
    }

    private static Color color(IntervalChart.Emphasis emphasis) {
        return switch (emphasis) {
            case NONE -> UNCHANGED;
            case BETTER -> BETTER;
            case WORSE -> WORSE;
        };
    }

    private static Look.Marker marker(IntervalChart.Emphasis emphasis) {
        return switch (emphasis) {
            case NONE -> Look.Marker.CIRCLE;
            case BETTER -> Look.Marker.SQUARE;
            case WORSE -> Look.Marker.DIAMOND;
        };
    }

    private List<Hit> hits(Frame frame) {
        var hits = new ArrayList<Hit>();
        for (int at = 0; at < rows.size(); at++) {
            IntervalChart.Row row = rows.get(at);
            Span x = ((ScaledAxis) frame.plot().getDomainAxis()).span();
            double left = hasInterval(row) ? x.clamp(row.low()) : row.estimate();
            double right = hasInterval(row) ? x.clamp(row.high()) : row.estimate();
            double y = frame.y(at);
            hits.add(
                    Hit.box(
                            frame.x(left) - 6,
                            y - ROW_HEIGHT / 2.0,
                            frame.x(right) + 6,
                            y + ROW_HEIGHT / 2.0,
                            Tips.of(row)));
        }
        return hits;
    }
}
