package kvbench.chart;

import java.util.List;

/**
 * Points and lines over two axes.
 *
 * @param markers vertical lines at x, such as the places where a history changed
 */
public record XyChart(
        String title, String description, Axis x, Axis y, List<Series> series, List<Marker> markers)
        implements Chart {
    public XyChart {
        if (y.scale() == Axis.Scale.NAMED) {
            throw new IllegalArgumentException("names may stand on the x axis only");
        }
        series = List.copyOf(series);
        markers = List.copyOf(markers);
    }

    public static XyChart of(
            String title, String description, Axis x, Axis y, List<Series> series) {
        return new XyChart(title, description, x, y, series, List.of());
    }

    /** How a series is drawn. */
    public enum Style {
        /** Markers joined by a line. */
        LINE,
        /** Markers alone; many may lie over each other. */
        DOTS,
        /**
         * A line that keeps its level up to the next point, as a cumulative distribution does.
         * Points closer than a few pixels share one tooltip.
         */
        STEP,
        /** A thin dashed line without markers: what was computed, not measured. */
        DASHED
    }

    /** How the low and high of a series' points are drawn. */
    public enum Spread {
        BAND,
        ERROR_BARS
    }

    /**
     * Points under one name. Series of one name share colour and place in the legend; a series
     * whose points all have labels has no place there.
     */
    public record Series(String name, Style style, Spread spread, List<Point> points) {
        public Series {
            points = List.copyOf(points);
        }

        public static Series of(String name, Style style, List<Point> points) {
            return new Series(name, style, Spread.BAND, points);
        }
    }

    /**
     * One point.
     *
     * @param low with {@code high} what the point's value spreads over, NaN for nothing
     * @param tip what a pointer over the point shows; empty for the names and numbers
     * @param label stands beside the point; empty for none
     */
    public record Point(double x, double y, double low, double high, String tip, String label) {
        public static Point of(double x, double y) {
            return new Point(x, y, Double.NaN, Double.NaN, "", "");
        }

        public static Point of(double x, double y, double low, double high) {
            return new Point(x, y, low, high, "", "");
        }

        public Point withTip(String text) {
            return new Point(x, y, low, high, text, label);
        }

        public Point withLabel(String text) {
            return new Point(x, y, low, high, tip, text);
        }
    }

    /** A vertical line with a label. */
    public record Marker(double x, String label) {}
}
