package kvbench.chart;

import org.jfree.chart.annotations.AbstractXYAnnotation;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.PlotRenderingInfo;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.text.TextUtils;
import org.jfree.chart.ui.TextAnchor;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;

/** A text at a place of the data, some pixels aside. */
@SuppressWarnings(
        "serial") // Annotations of the library can be serialised; nobody does it to this one.
final class Note extends AbstractXYAnnotation {
    private final double x;
    private final double y;
    private final double above;
    private final String text;
    private final TextAnchor anchor;
    private final TextPlacement placement;
    private final double angle;
    private final Font font;
    private final Color color;

    private Note(
            double x,
            double y,
            double above,
            String text,
            TextAnchor anchor,
            TextPlacement placement,
            double angle,
            Font font,
            Color color) {
        this.x = x;
        this.y = y;
        this.above = above;
        this.text = text;
        this.anchor = anchor;
        this.placement = placement;
        this.angle = angle;
        this.font = font;
        this.color = color;
    }

    static Note centered(double x, double y, String text, Color color) {
        return new Note(
                x, y, 0, text, TextAnchor.CENTER, TextPlacement.MIDDLE, 0, Type.LABEL, color);
    }

    static Note above(double x, double y, String text) {
        return new Note(
                x,
                y,
                4,
                text,
                TextAnchor.BOTTOM_CENTER,
                TextPlacement.MIDDLE,
                0,
                Type.SMALL,
                Neutral.INK.color());
    }

    /** As {@link #above}, where there is no room for the width of the text. */
    static Note upright(double x, double y, String text) {
        return new Note(
                x,
                y,
                4,
                text,
                TextAnchor.CENTER_LEFT,
                TextPlacement.START,
                -Math.PI / 2,
                Type.SMALL,
                Neutral.INK.color());
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
        float left = (float) domain.valueToJava2D(x, area, plot.getDomainAxisEdge());
        float top = (float) (range.valueToJava2D(y, area, plot.getRangeAxisEdge()) - above);
        graphics.setFont(font);
        graphics.setPaint(color);
        Type.unclipped(
                graphics,
                () ->
                        placement.during(
                                graphics,
                                () ->
                                        TextUtils.drawRotatedString(
                                                text, graphics, left, top, anchor, angle, anchor)));
    }
}
