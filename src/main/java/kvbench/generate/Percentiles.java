package kvbench.generate;

import java.util.Arrays;

/**
 * A distribution in four figures, in the unit of its values; each NaN where there are none.
 *
 * <p>A percentile lies between two of the sorted values, interpolated linearly at rank {@code (n -
 * 1) * p} counted from 0: NumPy's default ({@code numpy.percentile}), Hyndman and Fan's type 7. So
 * p50 is the median, and p99 of fewer than 101 values lies between the two largest.
 *
 * @param p50 half of the values are no larger
 * @param p90 90 % are no larger
 * @param p99 99 % are no larger
 * @param max the largest
 */
public record Percentiles(double p50, double p90, double p99, double max) {

    /** The percentiles of {@code values}, which may be in any order and stay as they are. */
    public static Percentiles of(long... values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Percentiles(at(0.50, sorted), at(0.90, sorted), at(0.99, sorted), at(1, sorted));
    }

    private static double at(double part, long[] sorted) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double rank = (sorted.length - 1) * part;
        int below = (int) rank;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }
}
