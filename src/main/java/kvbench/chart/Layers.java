package kvbench.chart;

import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.chart.renderer.xy.XYItemRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;

/** Puts what is drawn on a plot, one layer over the other. */
final class Layers {
    private static final int BAND_ALPHA = 46;
    private static final float LINE_WIDTH = 1.8f;
    private static final float HOLLOW_WIDTH = 1.5f;
    private static final double CAP = 6;

    private final XYPlot plot;
    private int count;

    Layers(XYPlot plot) {
        this.plot = plot;
    }

    static Color translucent(Color color, int alpha) {
        return new Color(color.getRed(), color.getGreen(), color.getBlue(), alpha);
    }

    void bar(PointTable.Item bar, Color color) {
        var renderer = new XYBarRenderer();
        renderer.setBarPainter(new StandardXYBarPainter());
        renderer.setShadowVisible(false);
        renderer.setDrawBarOutline(false);
        renderer.setSeriesPaint(0, color);
        add(List.of(bar), renderer);
    }

    void band(List<PointTable.Item> items, Color color) {
        var renderer = new DeviationRenderer(false, false);
        renderer.setAlpha(1);
        renderer.setSeriesFillPaint(0, translucent(color, BAND_ALPHA));
        add(items, renderer);
    }

    void verticalErrors(List<PointTable.Item> items, Color color) {
        errors(items, color, true);
    }

    void horizontalErrors(List<PointTable.Item> items, Color color) {
        errors(items, color, false);
    }

    private void errors(List<PointTable.Item> items, Color color, boolean vertical) {
        var renderer = new XYErrorRenderer();
        renderer.setDefaultShapesVisible(false);
        renderer.setDefaultLinesVisible(false);
        renderer.setDrawYError(vertical);
        renderer.setDrawXError(!vertical);
        renderer.setErrorPaint(color);
        renderer.setErrorStroke(Look.stroke(vertical ? 1.2f : LINE_WIDTH));
        renderer.setCapLength(vertical ? CAP : CAP - 1);
        add(items, renderer);
    }

    void line(List<PointTable.Item> items, Color color, BasicStroke stroke) {
        var renderer = new XYLineAndShapeRenderer(true, false);
        renderer.setDrawSeriesLineAsPath(true);
        renderer.setSeriesPaint(0, color);
        renderer.setSeriesStroke(0, stroke);
        add(items, renderer);
    }

    void markers(List<PointTable.Item> items, Look look, double radius, int alpha) {
        var renderer = new XYLineAndShapeRenderer(false, true);
        boolean filled = look.fill() == Look.Fill.SOLID;
        renderer.setSeriesShape(0, look.shape(radius));
        renderer.setSeriesPaint(0, alpha == 255 ? look.color() : translucent(look.color(), alpha));
        renderer.setSeriesShapesFilled(0, filled);
        renderer.setDrawOutlines(!filled);
        renderer.setSeriesOutlineStroke(0, Look.stroke(HOLLOW_WIDTH));
        renderer.setSeriesStroke(0, Look.stroke(HOLLOW_WIDTH));
        add(items, renderer);
    }

    static float lineWidth() {
        return LINE_WIDTH;
    }

    private void add(List<PointTable.Item> items, XYItemRenderer renderer) {
        plot.setDataset(count, new PointTable("layer " + count, items));
        plot.setRenderer(count, renderer);
        count++;
    }
}
