package kvbench.stats;

import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.stat.descriptive.rank.Median;

import java.util.List;

/**
 * The statistics of the tables. The fork is the replicate: iterations of one fork share their
 * memory layout and their compiled code, so they are no independent samples.
 */
public final class Statistics {
    private static final double CONFIDENCE = 0.95;

    /** From here on the range of the forks covers the median with at least the confidence. */
    public static final int FEWEST_FORKS_FOR_INTERVAL = 6;

    private Statistics() {}

    /**
     * The median of the forks' medians.
     *
     * <p>The interval is the order-statistic interval of the median at 95 % from {@value
     * #FEWEST_FORKS_FOR_INTERVAL} forks on, the range of the forks below. Samples that are no
     * finite number are passed over; the caller says so.
     *
     * @param samples [fork][iteration]
     */
    public static Estimate ofForks(List<List<Double>> samples) {
        double[] forks =
                samples.stream()
                        .mapToDouble(Statistics::median)
                        .filter(Double::isFinite)
                        .sorted()
                        .toArray();
        if (forks.length == 0) {
            return Estimate.NONE;
        }
        int rank = lowerRank(forks.length);
        return new Estimate(
                new Median().evaluate(forks),
                forks[rank],
                forks[forks.length - 1 - rank],
                forks.length);
    }

    private static double median(List<Double> iterations) {
        double[] finite =
                iterations.stream()
                        .mapToDouble(Double::doubleValue)
                        .filter(Double::isFinite)
                        .toArray();
        return new Median().evaluate(finite);
    }

    /**
     * How many of the lowest (and of the highest) forks lie outside the interval.
     *
     * <p>With {@code r} left out on each side, the median is missed with probability 2 P(B <= r),
     * where B counts heads in {@code forks} throws of a fair coin.
     */
    public static int lowerRank(int forks) {
        var heads = new BinomialDistribution(null, forks, 0.5);
        int rank = 0;
        while (2 * heads.cumulativeProbability(rank + 1) <= 1 - CONFIDENCE) {
            rank++;
        }
        return rank;
    }
}
