package kvbench.chart;

import org.jfree.chart.LegendItem;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.RectangleInsets;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lays out points and lines. */
final class XyFigure {
    private static final double MARKER_RADIUS = 3.6;
    private static final double LABELLED_RADIUS = 5;
    private static final double DOT_RADIUS = 2.4;

    /** More dots than these are small and let each other shine through. */
    private static final int MOST_UNCROWDED = 30;

    private static final int OPAQUE = 255;
    private static final int DOT_ALPHA = 120;
    private static final float REFERENCE_WIDTH = 1.4f;
    private static final float[] REFERENCE_DASH = {2, 3};

    /** Nearer points of a distribution share a tooltip. */
    private static final double LEAST_PIXELS_BETWEEN_STEPS = 4;

    private static final Shape LEGEND_LINE = new Line2D.Double(-14, 0, 14, 0);

    private final XyChart chart;
    private final List<XyChart.Series> shown;
    private final Map<String, Look> looks;

    private XyFigure(XyChart chart) {
        this.chart = chart;
        this.shown =
                chart.series().stream()
                        .map(this::showable)
                        .filter(series -> !series.points().isEmpty())
                        .toList();
        this.looks = Look.of(chart.series().stream().map(XyChart.Series::name).toList());
    }

    static Figure of(XyChart chart) {
        return new XyFigure(chart).figure();
    }

    private XyChart.Series showable(XyChart.Series series) {
        List<XyChart.Point> points =
                series.points().stream()
                        .filter(point -> chart.x().shows(point.x()) && chart.y().shows(point.y()))
                        .sorted(Comparator.comparingDouble(XyChart.Point::x))
                        .toList();
        return new XyChart.Series(series.name(), series.style(), series.spread(), points);
    }

    private Figure figure() {
        String description = description();
        if (shown.isEmpty()) {
            return Figure.empty(chart, description);
        }
        Span x = Span.of(chart.x(), xs());
        Span y = Span.of(chart.y(), ys());
        XYPlot plot = plot(x, y);
        var layers = new Layers(plot);
        shown.forEach(series -> spread(layers, series, y));
        shown.forEach(series -> points(layers, series));
        var labels = new PointLabels(shown);
        if (!labels.isEmpty()) {
            plot.addAnnotation(labels);
        }
        return new Figure(
                chart, description, plot, legend(), Figure.height(chart.x().names()), this::hits);
    }

    private XYPlot plot(Span x, Span y) {
        List<String> names = x.axis().names();
        ScaledAxis.Turn turn = Figure.turn(names);
        XYPlot plot =
                Figure.plot(ScaledAxis.of(x, turn), ScaledAxis.of(y, ScaledAxis.Turn.LEVEL).bare());
        var markers =
                new MarkerLines(
                        chart.markers().stream()
                                .filter(marker -> x.axis().shows(marker.x()))
                                .toList(),
                        x);
        plot.addAnnotation(markers);
        double left = turn == ScaledAxis.Turn.SLANTED ? Figure.overhang(names) : 0;
        plot.setInsets(new RectangleInsets(2 + markers.height(), 2 + left, 2, 20));
        return plot;
    }

    private String description() {
        int unmeasured = 0;
        int notPositive = 0;
        for (XyChart.Series series : chart.series()) {
            for (XyChart.Point point : series.points()) {
                if (!Double.isFinite(point.x()) || !Double.isFinite(point.y())) {
                    unmeasured++;
                } else if (!chart.x().shows(point.x()) || !chart.y().shows(point.y())) {
                    notPositive++;
                }
            }
        }
        return Figure.description(chart, unmeasured, notPositive);
    }

    private List<Double> xs() {
        var values = new ArrayList<Double>();
        shown.forEach(series -> series.points().forEach(point -> values.add(point.x())));
        chart.markers().forEach(marker -> values.add(marker.x()));
        return values;
    }

    private List<Double> ys() {
        var values = new ArrayList<Double>();
        for (XyChart.Series series : shown) {
            for (XyChart.Point point : series.points()) {
                values.add(point.y());
                if (hasSpread(point)) {
                    values.add(point.low());
                    values.add(point.high());
                }
            }
        }
        return values;
    }

    private static boolean hasSpread(XyChart.Point point) {
        return Double.isFinite(point.low()) && Double.isFinite(point.high());
    }

    private void spread(Layers layers, XyChart.Series series, Span y) {
        List<PointTable.Item> items =
                series.points().stream()
                        .filter(XyFigure::hasSpread)
                        .map(point -> spread(point, y))
                        .toList();
        if (items.isEmpty()) {
            return;
        }
        Color color = looks.get(series.name()).color();
        boolean line = series.style() != XyChart.Style.DOTS;
        if (line && series.spread() == XyChart.Spread.BAND && items.size() > 1) {
            layers.band(items, color);
        } else {
            layers.verticalErrors(items, color);
        }
    }

    private static PointTable.Item spread(XyChart.Point point, Span y) {
        return new PointTable.Item(
                point.x(),
                point.y(),
                point.x(),
                point.x(),
                y.clamp(point.low()),
                y.clamp(point.high()));
    }

    private void points(Layers layers, XyChart.Series series) {
        Look look = looks.get(series.name());
        List<PointTable.Item> items =
                series.points().stream()
                        .map(point -> PointTable.Item.at(point.x(), point.y()))
                        .toList();
        switch (series.style()) {
            case LINE -> {
                layers.line(items, look.color(), look.line(Layers.lineWidth()));
                layers.markers(items, look, MARKER_RADIUS, OPAQUE);
            }
            case DOTS -> {
                boolean labelled =
                        series.points().stream().anyMatch(point -> !point.label().isEmpty());
                boolean crowded = items.size() > MOST_UNCROWDED;
                double radius = labelled ? LABELLED_RADIUS : crowded ? DOT_RADIUS : MARKER_RADIUS;
                layers.markers(items, look, radius, crowded ? DOT_ALPHA : OPAQUE);
            }
            case STEP -> layers.line(steps(items), look.color(), look.line(Layers.lineWidth()));
            case DASHED ->
                    layers.line(items, look.color(), Look.stroke(REFERENCE_WIDTH, REFERENCE_DASH));
        }
    }

    /** The corners of a line that keeps each level up to the next point. */
    private static List<PointTable.Item> steps(List<PointTable.Item> items) {
        var corners = new ArrayList<PointTable.Item>();
        for (PointTable.Item item : items) {
            if (!corners.isEmpty()) {
                corners.add(PointTable.Item.at(item.x(), corners.getLast().y()));
            }
            corners.add(item);
        }
        return corners;
    }

    private List<LegendItem> legend() {
        var series = new LinkedHashMap<String, List<XyChart.Series>>();
        for (XyChart.Series one : shown) {
            if (one.name().isEmpty()
                    || one.points().stream().noneMatch(point -> point.label().isEmpty())) {
                continue;
            }
            series.computeIfAbsent(one.name(), name -> new ArrayList<>()).add(one);
        }
        if (series.size() == 1 && shown.size() == 1) {
            return List.of();
        }
        return series.entrySet().stream()
                .map(entry -> legend(entry.getKey(), entry.getValue()))
                .toList();
    }

    private LegendItem legend(String name, List<XyChart.Series> series) {
        Look look = looks.get(name);
        boolean line = series.stream().anyMatch(one -> one.style() != XyChart.Style.DOTS);
        boolean reference = series.stream().allMatch(one -> one.style() == XyChart.Style.DASHED);
        boolean marker =
                series.stream()
                        .anyMatch(
                                one ->
                                        one.style() == XyChart.Style.LINE
                                                || one.style() == XyChart.Style.DOTS);
        BasicStroke stroke =
                reference
                        ? Look.stroke(REFERENCE_WIDTH, REFERENCE_DASH)
                        : look.line(Layers.lineWidth());
        boolean filled = look.fill() == Look.Fill.SOLID;
        return new LegendItem(
                Type.shortened(name),
                null,
                null,
                null,
                marker,
                look.shape(MARKER_RADIUS),
                filled,
                look.color(),
                !filled,
                look.color(),
                Look.stroke(1.5f),
                line,
                LEGEND_LINE,
                stroke,
                look.color());
    }

    private List<Hit> hits(Frame frame) {
        var hits = new ArrayList<Hit>();
        for (XyChart.Series series : shown) {
            double last = Double.NEGATIVE_INFINITY;
            for (XyChart.Point point : series.points()) {
                double x = frame.x(point.x());
                if (series.style() == XyChart.Style.STEP && x - last < LEAST_PIXELS_BETWEEN_STEPS) {
                    continue;
                }
                last = x;
                hits.add(Hit.around(x, frame.y(point.y()), Tips.of(chart, series, point)));
            }
        }
        return hits;
    }
}
