package kvbench.chart;

import org.jfree.chart.annotations.AbstractXYAnnotation;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.PlotRenderingInfo;
import org.jfree.chart.plot.XYPlot;

import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/** Vertical lines with labels above the plot, in as many rows as keep them apart. */
@SuppressWarnings("serial") // Annotations of the library can be serialised; nobody does it to this one.
final class MarkerLines extends AbstractXYAnnotation {
    private static final double ROW = 15;
    private static final double GAP = 8;
    private static final double RIGHT_ROOM = 30;

    private final List<Placed> placed = new ArrayList<>();
    private final int rows;

    /** A marker; its label starts at the line, or ends there near the right end. */
    private record Placed(double x, String label, TextPlacement placement, int row) {}

    MarkerLines(List<XyChart.Marker> markers, Span span) {
        double width = Figure.WIDTH - Figure.AXIS_ROOM - RIGHT_ROOM;
        var ends = new ArrayList<Double>();
        for (XyChart.Marker marker : markers.stream().sorted(java.util.Comparator.comparingDouble(XyChart.Marker::x)).toList()) {
            String label = Type.shortened(marker.label());
            double length = Type.smallWidth(label) + GAP;
            double at = span.fraction(marker.x()) * width;
            boolean fits = at + length < width + RIGHT_ROOM;
            double left = fits ? at : at - length;
            int row = 0;
            while (row < ends.size() && ends.get(row) > left) {
                row++;
            }
            if (row == ends.size()) {
                ends.add(0.0);
            }
            ends.set(row, left + length);
            placed.add(new Placed(marker.x(), label, fits ? TextPlacement.START : TextPlacement.END, row));
        }
        rows = ends.size();
    }

    /** Room that the labels take above the plot. */
    double height() {
        return rows * ROW;
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
        for (Placed marker : placed) {
            double x = domain.valueToJava2D(marker.x(), area, plot.getDomainAxisEdge());
            double top = area.getY() - marker.row() * ROW - 4;
            graphics.setPaint(Neutral.MUTED.color());
            graphics.setStroke(Look.stroke(1, 3, 3));
            graphics.draw(new Line2D.Double(x, top - 9, x, area.getMaxY()));
            double width = Type.smallWidth(marker.label());
            double left = marker.placement() == TextPlacement.START ? x + 4 : x - 4 - width;
            marker.placement()
                    .during(graphics, () -> graphics.drawString(marker.label(), (float) left, (float) top));
        }
    }
}
