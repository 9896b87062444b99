package kvbench.chart;

/** Texts of tooltips for who gave none. */
final class Tips {
    private Tips() {}

    static String value(Axis axis, double value, double low, double high) {
        String text = axis.text(value);
        boolean spread =
                Double.isFinite(low) && Double.isFinite(high) && (low != value || high != value);
        return spread ? text + " (" + axis.text(low) + " to " + axis.text(high) + ")" : text;
    }

    static String of(XyChart chart, XyChart.Series series, XyChart.Point point) {
        if (!point.tip().isEmpty()) {
            return point.tip();
        }
        String name = point.label().isEmpty() ? series.name() : point.label();
        String x = chart.x().text(point.x());
        String at = chart.x().scale() == Axis.Scale.NAMED ? x : chart.x().label() + " " + x;
        return name + ", " + at + ": " + value(chart.y(), point.y(), point.low(), point.high());
    }

    static String of(IntervalChart.Row row) {
        return row.label() + ": " + ratio(row);
    }

    /** A ratio needs the third decimal: what matters begins at 2 %. */
    static String ratio(IntervalChart.Row row) {
        String estimate = ratio(row.estimate());
        boolean interval = Double.isFinite(row.low()) && Double.isFinite(row.high());
        return interval
                ? estimate + " [" + ratio(row.low()) + ", " + ratio(row.high()) + "]"
                : estimate;
    }

    private static String ratio(double value) {
        return String.format(java.util.Locale.ROOT, value < 10 ? "%.3f" : "%.1f", value);
    }
}
