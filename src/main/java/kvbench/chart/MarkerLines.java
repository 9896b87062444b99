package kvbench.chart;

import org.jfree.chart.annotations.AbstractXYAnnotation;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.PlotRenderingInfo;
import org.jfree.chart.plot.XYPlot;

import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Vertical lines with labels above the plot, in as many rows as keep them apart. */
@SuppressWarnings(
        "serial") // Annotations of the library can be serialised; nobody does it to this one.
final class MarkerLines extends AbstractXYAnnotation {
    private static final double ROW = 15;
    private static final double GAP = 8;
    private static final double RIGHT_ROOM = 30;

    private final List<Placed> placed = new ArrayList<>();

    /**
     * A marker; its label starts at the line, or ends there near the right end.
     *
     * @param at the place of the line in about pixels, where the label covers {@code left} to
     *     {@code right}
     */
    private record Placed(
            double x,
            String label,
            TextPlacement placement,
            int row,
            double at,
            double left,
            double right) {
        Placed inRow(int other) {
            return new Placed(x, label, placement, other, at, left, right);
        }

        /** Whether labels cover each other or a line runs through one. */
        boolean collides(Placed other) {
            boolean labels = row == other.row && left < other.right && other.left < right;
            return labels || isCrossedBy(other) || other.isCrossedBy(this);
        }

        private boolean isCrossedBy(Placed other) {
            return other.row >= row && other.at > left && other.at < right;
        }
    }

    MarkerLines(List<XyChart.Marker> markers, Span span) {
        List<Placed> all =
                markers.stream()
                        .map(marker -> unplaced(marker, span))
                        .sorted(Comparator.comparingDouble(Placed::x))
                        .toList();
        // A label reaches over the lines on its side, so those are placed, and lower, before it.
        all.reversed().stream()
                .filter(marker -> marker.placement() == TextPlacement.START)
                .forEach(this::place);
        all.stream().filter(marker -> marker.placement() == TextPlacement.END).forEach(this::place);
    }

    private static Placed unplaced(XyChart.Marker marker, Span span) {
        double width = Figure.WIDTH - Figure.AXIS_ROOM - RIGHT_ROOM;
        String label = Type.shortened(marker.label());
        double length = Type.smallWidth(label) + GAP;
        double at = span.fraction(marker.x()) * width;
        return at + length < width + RIGHT_ROOM
                ? new Placed(marker.x(), label, TextPlacement.START, 0, at, at, at + length)
                : new Placed(marker.x(), label, TextPlacement.END, 0, at, at - length, at);
    }

    private void place(Placed marker) {
        int row = 0;
        while (row <= placed.size() && placed.stream().anyMatch(marker.inRow(row)::collides)) {
            row++;
        }
        placed.add(marker.inRow(row));
    }

    /** Room that the labels take above the plot. */
    double height() {
        return placed.stream().mapToInt(marker -> marker.row() + 1).max().orElse(0) * ROW;
    }

    @Override
    public void draw(
            Graphics2D graphics,
            XYPlot plot,
            Rectangle2D area,
            ValueAxis domain,
            ValueAxis range,
            int index,
            PlotRenderingInfo info) {
        graphics.setFont(Type.SMALL);
        graphics.setPaint(Neutral.MUTED.color());
        graphics.setStroke(Look.stroke(1, 3, 3));
        Type.unclipped(
                graphics,
                () -> {
                    for (Placed marker : placed) {
                        draw(
                                graphics,
                                marker,
                                domain.valueToJava2D(marker.x(), area, plot.getDomainAxisEdge()),
                                area);
                    }
                });
    }

    private static void draw(Graphics2D graphics, Placed marker, double x, Rectangle2D area) {
        double base = area.getY() - marker.row() * ROW - 4;
        graphics.draw(new Line2D.Double(x, base - 9, x, area.getMaxY()));
        double width = Type.smallWidth(marker.label());
        double left = marker.placement() == TextPlacement.START ? x + 4 : x - 4 - width;
        marker.placement()
                .during(
                        graphics,
                        () -> graphics.drawString(marker.label(), (float) left, (float) base));
    }
}
