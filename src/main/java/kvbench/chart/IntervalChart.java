package kvbench.chart;

import java.util.List;

/**
 * A forest plot: ratios with their intervals, one row each, on a logarithmic axis around 1.
 *
 * @param axisLabel what the ratio is of, and which direction is better
 * @param threshold half the width of the shaded band around 1 of what does not matter: 0.02 is 2 %;
 *     0 for none
 */
public record IntervalChart(
        String title, String description, String axisLabel, double threshold, List<Row> rows)
        implements Chart {
    /** A change smaller than this does not matter. */
    public static final double DEFAULT_THRESHOLD = 0.02;

    public IntervalChart {
        rows = List.copyOf(rows);
    }

    /** What a row is to be seen as. */
    public enum Emphasis {
        NONE,
        BETTER,
        WORSE
    }

    /** One ratio; {@code low} and {@code high} are NaN where there is no interval. */
    public record Row(String label, double estimate, double low, double high, Emphasis emphasis) {}
}
