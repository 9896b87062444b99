package kvbench.chart;

import org.jfree.chart.LegendItem;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.RectangleInsets;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Lays out bars. */
final class BarFigure {
    /** The share of a category's slot that its bars fill. */
    private static final double FILLED = 0.72;

    /** A lone bar is not wider than its slot would be among so many. */
    private static final int FEWEST_SLOTS = 4;

    private static final double GAP_OF_GROUPED = 0.06;
    private static final double STRONGEST = 255;
    private static final double WEAKENING = 0.55;
    private static final double ROOM_FOR_VALUE = 0.05;

    /** The height of a plot, about. */
    private static final double PLOT_HEIGHT = 280;

    private final BarChart chart;
    private final List<String> categories;
    private final boolean coloursByGroup;
    private final Map<String, Look> looks;

    private BarFigure(BarChart chart) {
        this.chart = chart;
        this.categories =
                chart.groups().stream()
                        .flatMap(group -> group.bars().stream())
                        .map(BarChart.Bar::category)
                        .distinct()
                        .toList();
        List<String> groups = chart.groups().stream().map(BarChart.Group::name).toList();
        this.coloursByGroup = groups.size() > 1 && groups.stream().anyMatch(Look::isKnown);
        this.looks = Look.of(coloursByGroup ? groups : categories);
    }

    /**
     * A bar at its place; {@code left} and {@code right} are positions on the axis of the
     * categories.
     */
    private record Placed(BarChart.Bar bar, String group, Color color, double left, double right) {
        double middle() {
            return (left + right) / 2;
        }

        boolean hasSpread() {
            return Double.isFinite(bar.low()) && Double.isFinite(bar.high());
        }

        double top() {
            return hasSpread() ? Math.max(bar.high(), bar.value()) : bar.value();
        }
    }

    static Figure of(BarChart chart) {
        return new BarFigure(chart).figure();
    }

    private Figure figure() {
        List<Placed> bars = placed();
        int all = chart.groups().stream().mapToInt(group -> group.bars().size()).sum();
        String description = Figure.description(chart, all - bars.size(), 0);
        if (bars.isEmpty()) {
            return Figure.empty(chart, description);
        }
        boolean upright = valuesAreUpright(bars);
        XYPlot plot = plot(bars, upright ? roomForUprightValues(bars) : ROOM_FOR_VALUE);
        var layers = new Layers(plot);
        for (Placed bar : bars) {
            if (bar.color().getAlpha() < STRONGEST) {
                layers.bar(item(bar), Neutral.PAPER.color());
            }
            layers.bar(item(bar), bar.color());
        }
        layers.verticalErrors(
                bars.stream().filter(Placed::hasSpread).map(BarFigure::error).toList(),
                Neutral.INK.color());
        for (Placed bar : bars) {
            String value = chart.value().text(bar.bar().value());
            double top = Math.max(0, bar.top());
            plot.addAnnotation(
                    upright
                            ? Note.upright(bar.middle(), top, value)
                            : Note.above(bar.middle(), top, value));
        }
        return new Figure(
                chart,
                description,
                plot,
                legend(),
                Figure.height(categories),
                frame -> hits(frame, bars));
    }

    private List<Placed> placed() {
        int groups = chart.groups().size();
        double width =
                FILLED
                        * Math.min(
                                1,
                                Math.max(categories.size(), 1)
                                        / (double) FEWEST_SLOTS
                                        * Math.max(1, groups * 0.75));
        double pitch = width / groups;
        var bars = new ArrayList<Placed>();
        for (int at = 0; at < groups; at++) {
            BarChart.Group group = chart.groups().get(at);
            for (BarChart.Bar bar : group.bars()) {
                if (!Double.isFinite(bar.value())) {
                    continue;
                }
                double left = categories.indexOf(bar.category()) - width / 2 + at * pitch;
                double right = left + pitch * (groups == 1 ? 1 : 1 - GAP_OF_GROUPED);
                bars.add(new Placed(bar, group.name(), color(bar, group, at), left, right));
            }
        }
        return bars;
    }

    private Color color(BarChart.Bar bar, BarChart.Group group, int at) {
        if (coloursByGroup) {
            return looks.get(group.name()).color();
        }
        Color color = looks.get(bar.category()).color();
        return at == 0 ? color : Layers.translucent(color, strength(at));
    }

    private static int strength(int group) {
        return (int) (STRONGEST * Math.pow(WEAKENING, group));
    }

    private boolean valuesAreUpright(List<Placed> bars) {
        double pixels = (Figure.WIDTH - Figure.AXIS_ROOM - 40) / categories.size();
        return bars.stream()
                .anyMatch(
                        bar ->
                                Type.smallWidth(chart.value().text(bar.bar().value())) + 4
                                        > room(bar) * pixels);
    }

    private double roomForUprightValues(List<Placed> bars) {
        double longest =
                bars.stream()
                        .mapToDouble(bar -> Type.smallWidth(chart.value().text(bar.bar().value())))
                        .max()
                        .orElse(0);
        return longest / (PLOT_HEIGHT - longest);
    }

    /**
     * How much of the axis a value may take: the bar, and the gaps beside it where bars stand
     * alone.
     */
    private double room(Placed bar) {
        return chart.groups().size() == 1 ? 1 : (bar.right() - bar.left()) / (1 - GAP_OF_GROUPED);
    }

    private XYPlot plot(List<Placed> bars, double headroom) {
        var values = new ArrayList<Double>();
        for (Placed bar : bars) {
            values.add(bar.bar().value());
            values.add(bar.bar().low());
            values.add(bar.bar().high());
        }
        Span x = Span.of(Axis.named("", categories), List.of());
        Span y = Span.of(chart.value().fromZero(), values).withHeadroom(headroom);
        XYPlot plot =
                Figure.plot(
                        ScaledAxis.of(x, Figure.turn(categories)),
                        ScaledAxis.of(y, ScaledAxis.Turn.LEVEL).bare());
        ((ScaledAxis) plot.getDomainAxis()).setTickMarksVisible(false);
        if (Figure.turn(categories) == ScaledAxis.Turn.SLANTED) {
            plot.setInsets(new RectangleInsets(2, 2 + Figure.overhang(categories), 2, 16));
        }
        return plot;
    }

    private static PointTable.Item item(Placed placed) {
        double value = placed.bar().value();
        return new PointTable.Item(
                placed.middle(), value, placed.left(), placed.right(), value, value);
    }

    private static PointTable.Item error(Placed placed) {
        double at = placed.middle();
        return new PointTable.Item(
                at, placed.bar().value(), at, at, placed.bar().low(), placed.bar().high());
    }

    private List<LegendItem> legend() {
        var legend = new ArrayList<LegendItem>();
        if (chart.groups().size() < 2) {
            return legend;
        }
        for (int at = 0; at < chart.groups().size(); at++) {
            String name = chart.groups().get(at).name();
            Color color =
                    coloursByGroup
                            ? looks.get(name).color()
                            : Layers.translucent(Neutral.MUTED.color(), strength(at));
            legend.add(Figure.swatch(name, new Rectangle2D.Double(-5, -5, 10, 10), color));
        }
        return legend;
    }

    private List<Hit> hits(Frame frame, List<Placed> bars) {
        return bars.stream()
                .map(
                        bar ->
                                Hit.box(
                                        frame.x(bar.left()),
                                        frame.y(0),
                                        frame.x(bar.right()),
                                        frame.y(bar.bar().value()),
                                        tip(bar)))
                .toList();
    }

    private String tip(Placed placed) {
        BarChart.Bar bar = placed.bar();
        if (!bar.tip().isEmpty()) {
            return bar.tip();
        }
        String name =
                placed.group().isEmpty() ? bar.category() : bar.category() + ", " + placed.group();
        return name + ": " + Tips.value(chart.value(), bar.value(), bar.low(), bar.high());
    }
}
