package kvbench.chart;

import org.jfree.chart.ChartRenderingInfo;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.function.Function;

/**
 * A chart laid out for drawing.
 *
 * @param description of the chart, with what it leaves out
 */
record Figure(
        Chart data,
        String description,
        XYPlot plot,
        List<LegendItem> legend,
        int height,
        Function<Frame, List<Hit>> hits) {
    static final int WIDTH = 720;
    static final int HEIGHT = 400;

    /** Room left of the plot for an axis with its label, about. */
    static final double AXIS_ROOM = 70;

    private static final double WIDEST_LABEL = 560;
    private static final double HIGHEST_LABEL = 250;
    private static final Color CLEAR = new Color(0, 0, 0, 0);

    /** Draws, and tells where the points came to lie. */
    List<Hit> draw(Graphics2D graphics) {
        var info = new ChartRenderingInfo(null);
        chart().draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, height), info);
        return hits.apply(new Frame(info.getPlotInfo().getDataArea(), plot));
    }

    private JFreeChart chart() {
        var chart = new JFreeChart(null, Type.TITLE, plot, false);
        chart.setBackgroundPaint(null);
        chart.setPadding(new RectangleInsets(8, 8, 8, 8));
        if (!data.title().isBlank()) {
            var title = new TextTitle(Type.shortened(data.title(), 180), Type.TITLE);
            title.setPaint(Neutral.INK.color());
            title.setHorizontalAlignment(HorizontalAlignment.LEFT);
            title.setTextAlignment(HorizontalAlignment.LEFT);
            title.setPadding(new RectangleInsets(2, 4, 8, 4));
            chart.addSubtitle(title);
        }
        if (!legend.isEmpty()) {
            chart.addSubtitle(legendTitle());
        }
        return chart;
    }

    private LegendTitle legendTitle() {
        var title =
                new LegendTitle(
                        () -> {
                            var items = new LegendItemCollection();
                            legend.forEach(items::add);
                            return items;
                        });
        title.setPosition(RectangleEdge.BOTTOM);
        title.setFrame(BlockBorder.NONE);
        title.setItemFont(Type.LABEL);
        title.setItemPaint(Neutral.INK.color());
        title.setItemLabelPadding(new RectangleInsets(2, 4, 2, 14));
        title.setLegendItemGraphicPadding(new RectangleInsets(2, 2, 2, 2));
        title.setPadding(new RectangleInsets(6, 4, 0, 4));
        return title;
    }

    private static void label(ScaledAxis axis, double room) {
        String label = axis.span().axis().label();
        axis.setLabel(label.isBlank() ? null : Type.fitting(label, room));
    }

    /** A plot without decoration: what all kinds of charts have in common. */
    static XYPlot plot(ScaledAxis x, ScaledAxis y) {
        label(x, WIDEST_LABEL);
        label(y, HIGHEST_LABEL);
        var plot = new XYPlot();
        plot.setDomainAxis(x);
        plot.setRangeAxis(y);
        plot.setRangeAxisLocation(AxisLocation.BOTTOM_OR_LEFT);
        plot.setBackgroundPaint(null);
        plot.setOutlineVisible(false);
        plot.setDomainGridlinesVisible(false);
        plot.setDomainZeroBaselineVisible(false);
        plot.setRangeGridlinePaint(Neutral.GRID.color());
        plot.setRangeGridlineStroke(Look.stroke(1));
        plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
        plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
        plot.setInsets(new RectangleInsets(2, 2, 2, 16));
        return plot;
    }

    /** A picture of a chart that has nothing to show. */
    static Figure empty(Chart chart, String description) {
        var span = Span.of(Axis.named("", List.of()), List.of());
        var plot =
                plot(
                        ScaledAxis.of(span, ScaledAxis.Turn.LEVEL).bare(),
                        ScaledAxis.of(span, ScaledAxis.Turn.LEVEL).bare());
        plot.addAnnotation(Note.centered(0, 0, "no data", Neutral.MUTED.color()));
        return new Figure(chart, description, plot, List.of(), HEIGHT / 2, frame -> List.of());
    }

    /** Whether names below an axis that is so wide have to be slanted. */
    static ScaledAxis.Turn turn(List<String> names) {
        double slot = (WIDTH - AXIS_ROOM - 40) / Math.max(1, names.size());
        boolean fit = names.stream().allMatch(name -> Type.width(Type.shortened(name)) <= slot - 6);
        return fit ? ScaledAxis.Turn.LEVEL : ScaledAxis.Turn.SLANTED;
    }

    /**
     * The height of a picture with these names below: its plot stays about as high whatever they
     * are.
     */
    static int height(List<String> names) {
        if (turn(names) == ScaledAxis.Turn.LEVEL) {
            return HEIGHT;
        }
        double widest =
                names.stream()
                        .mapToDouble(name -> Type.width(Type.shortened(name)))
                        .max()
                        .orElse(0);
        return HEIGHT + (int) Math.round(widest * Math.sin(ScaledAxis.SLANT));
    }

    /** How far slanted names reach beyond the left end of the picture. */
    static double overhang(List<String> names) {
        double slot = (WIDTH - AXIS_ROOM - 40) / Math.max(1, names.size());
        double overhang = 0;
        for (int at = 0; at < names.size(); at++) {
            double reach = Type.width(Type.shortened(names.get(at))) * Math.cos(ScaledAxis.SLANT);
            overhang = Math.max(overhang, reach - AXIS_ROOM * 0.7 - slot * (at + 0.5));
        }
        return overhang;
    }

    static LegendItem swatch(String name, java.awt.Shape shape, Color color) {
        var item = new LegendItem(Type.shortened(name), null, null, null, shape, color);
        item.setOutlinePaint(CLEAR);
        return item;
    }

    /** The sentence, and what the picture had to leave out. */
    static String description(Chart chart, int unmeasured, int notPositive) {
        var text = new StringBuilder(chart.description());
        if (unmeasured > 0) {
            text.append(" Left out: ").append(unmeasured).append(" without a value.");
        }
        if (notPositive > 0) {
            text.append(" Left out: ")
                    .append(notPositive)
                    .append(" not positive, which a logarithmic axis cannot show.");
        }
        return text.toString().strip();
    }
}
