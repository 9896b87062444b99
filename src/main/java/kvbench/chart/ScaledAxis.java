package kvbench.chart;

import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleFunction;

/**
 * An axis of the drawing library over a {@link Span}: linear or logarithmic, with the span's ticks.
 */
@SuppressWarnings("serial") // Axes of the library can be serialised; nobody does it to this one.
final class ScaledAxis extends NumberAxis {
    /** How labels below the axis stand. */
    enum Turn {
        LEVEL,
        SLANTED
    }

    static final double SLANT = Math.toRadians(40);
    private static final double GAP = 8;
    private static final double LINE_HEIGHT = 14;

    private final Span span;
    private final Turn turn;
    private final DoubleFunction<String> labels;

    ScaledAxis(Span span, Turn turn, DoubleFunction<String> labels) {
        super(null);
        this.span = span;
        this.turn = turn;
        this.labels = labels;
        setAutoRange(false);
        setRange(span.from(), span.to());
        setLabelFont(Type.LABEL);
        setLabelPaint(Neutral.INK.color());
        setTickLabelFont(Type.LABEL);
        setTickLabelPaint(Neutral.MUTED.color());
        setTickMarkPaint(Neutral.AXIS.color());
        setAxisLinePaint(Neutral.AXIS.color());
        setAxisLineStroke(Look.stroke(1));
        setTickMarkStroke(Look.stroke(1));
        setTickLabelInsets(new RectangleInsets(3, 5, 3, 5));
    }

    static ScaledAxis of(Span span, Turn turn) {
        return new ScaledAxis(span, turn, value -> Type.shortened(span.axis().text(value)));
    }

    /** An axis that is read by the grid: without a line or marks. */
    ScaledAxis bare() {
        setAxisLineVisible(false);
        setTickMarksVisible(false);
        return this;
    }

    Span span() {
        return span;
    }

    @Override
    public double valueToJava2D(double value, Rectangle2D area, RectangleEdge edge) {
        double fraction = span.fraction(value);
        if (isInverted()) {
            fraction = 1 - fraction;
        }
        return RectangleEdge.isTopOrBottom(edge)
                ? area.getX() + fraction * area.getWidth()
                : area.getMaxY() - fraction * area.getHeight();
    }

    @Override
    public List<NumberTick> refreshTicks(
            Graphics2D graphics, AxisState state, Rectangle2D area, RectangleEdge edge) {
        var ticks = new ArrayList<NumberTick>();
        double lastEnd = Double.NEGATIVE_INFINITY;
        for (double value : span.ticks()) {
            String label = labels.apply(value);
            double at = valueToJava2D(value, area, edge);
            if (RectangleEdge.isTopOrBottom(edge)) {
                double half = turn == Turn.SLANTED ? LINE_HEIGHT / 2 : Type.width(label) / 2;
                boolean fits = at - half >= lastEnd;
                lastEnd = fits ? at + half + (turn == Turn.SLANTED ? 2 : GAP) : lastEnd;
                ticks.add(below(value, fits ? label : ""));
            } else {
                TextAnchor anchor =
                        edge == RectangleEdge.LEFT
                                ? TextAnchor.CENTER_RIGHT
                                : TextAnchor.CENTER_LEFT;
                ticks.add(new NumberTick(value, label, anchor, anchor, 0));
            }
        }
        return ticks;
    }

    private NumberTick below(double value, String label) {
        return turn == Turn.SLANTED
                ? new NumberTick(value, label, TextAnchor.TOP_RIGHT, TextAnchor.TOP_RIGHT, -SLANT)
                : new NumberTick(value, label, TextAnchor.TOP_CENTER, TextAnchor.TOP_CENTER, 0);
    }

    @Override
    @SuppressWarnings("rawtypes") // The library's signature.
    protected double findMaximumTickLabelHeight(
            List ticks, Graphics2D graphics, Rectangle2D area, boolean vertical) {
        if (turn == Turn.LEVEL) {
            return super.findMaximumTickLabelHeight(ticks, graphics, area, vertical);
        }
        double widest =
                span.ticks().stream()
                        .mapToDouble(value -> Type.width(labels.apply(value)))
                        .max()
                        .orElse(0);
        return widest * Math.sin(SLANT) + LINE_HEIGHT * Math.cos(SLANT) + 6;
    }

    @Override
    protected AxisState drawTickMarksAndLabels(
            Graphics2D graphics,
            double cursor,
            Rectangle2D plotArea,
            Rectangle2D dataArea,
            RectangleEdge edge) {
        var state = new AtomicReference<AxisState>();
        placement(edge)
                .during(
                        graphics,
                        () ->
                                state.set(
                                        super.drawTickMarksAndLabels(
                                                graphics, cursor, plotArea, dataArea, edge)));
        return state.get();
    }

    private TextPlacement placement(RectangleEdge edge) {
        if (edge == RectangleEdge.RIGHT) {
            return TextPlacement.START;
        }
        return edge == RectangleEdge.LEFT || turn == Turn.SLANTED
                ? TextPlacement.END
                : TextPlacement.MIDDLE;
    }

    @Override
    protected AxisState drawLabel(
            String label,
            Graphics2D graphics,
            Rectangle2D plotArea,
            Rectangle2D dataArea,
            RectangleEdge edge,
            AxisState state) {
        TextPlacement.MIDDLE.during(
                graphics, () -> super.drawLabel(label, graphics, plotArea, dataArea, edge, state));
        return state;
    }
}
