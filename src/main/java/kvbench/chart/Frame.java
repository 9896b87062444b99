package kvbench.chart;

import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.RectangleEdge;

import java.awt.geom.Rectangle2D;

/** Where values lie in the picture once it is laid out. */
record Frame(Rectangle2D area, XYPlot plot) {
    double x(double value) {
        return plot.getDomainAxis().valueToJava2D(value, area, RectangleEdge.BOTTOM);
    }

    double y(double value) {
        return plot.getRangeAxis().valueToJava2D(value, area, RectangleEdge.LEFT);
    }
}
