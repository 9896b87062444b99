package kvbench.stats;

import java.util.Arrays;

/**
 * Forks that lie far from the others of their arm.
 *
 * <p>One is told where it lies more than 3.5 times 1.4826 median absolute deviations from the
 * median (Iglewicz &amp; Hoaglin, "How to Detect and Handle Outliers", 1993) and by more than half
 * of the median: forks that agree to a thousandth have no outliers that anyone need look for.
 * Nothing is left out of a figure for it.
 */
public final class Outliers {
    /** Of three, one is always far from the other two. */
    public static final int FEWEST_FORKS = 4;

    private static final double DEVIATIONS = 3.5;

    /** Median absolute deviations to a standard deviation, of a normal law. */
    private static final double TO_SIGMA = 1.4826;

    private static final double PART_OF_MEDIAN = 0.5;

    private Outliers() {}

    /** How many of {@code scores} are outliers; none of fewer than {@value #FEWEST_FORKS}. */
    public static int count(double[] scores) {
        if (scores.length < FEWEST_FORKS) {
            return 0;
        }
        double median = ForkScores.median(scores);
        double[] distances = Arrays.stream(scores).map(score -> Math.abs(score - median)).toArray();
        double far =
                Math.max(
                        DEVIATIONS * TO_SIGMA * ForkScores.median(distances),
                        PART_OF_MEDIAN * Math.abs(median));
        return (int) Arrays.stream(distances).filter(distance -> distance > far).count();
    }
}
