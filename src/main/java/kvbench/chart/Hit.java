package kvbench.chart;

import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RectangularShape;

/** A place of the picture that answers to the pointer with a text. */
record Hit(RectangularShape shape, String tip) {
    private static final double RADIUS = 7;

    static Hit around(double x, double y, String tip) {
        return new Hit(new Ellipse2D.Double(x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS), tip);
    }

    static Hit box(double x0, double y0, double x1, double y1, String tip) {
        return new Hit(
                new Rectangle2D.Double(
                        Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0)),
                tip);
    }
}
