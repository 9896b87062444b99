package kvbench.stats;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoublePredicate;

/**
 * One score per fork: the median of its iterations.
 *
 * <p>Iterations of one fork share their memory layout and their compiled code, so they are no
 * independent samples (Kalibera &amp; Jones, "Rigorous Benchmarking in Reasonable Time", ISMM
 * 2013); the fork is what every test and interval of this package counts.
 */
public final class ForkScores {
    private ForkScores() {}

    /**
     * The forks' scores in the forks' order.
     *
     * <p>Samples that are no finite number are passed over, and so are forks without any other: the
     * result is then shorter than {@code samples}, and the caller says so.
     *
     * @param samples [fork][iteration]
     */
    public static double[] of(List<List<Double>> samples) {
        return samples.stream()
                .map(ForkScores::finite)
                .filter(iterations -> iterations.length > 0)
                .mapToDouble(ForkScores::median)
                .toArray();
    }

    private static double[] finite(List<Double> iterations) {
        return iterations.stream()
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .toArray();
    }

    /** Of nothing NaN; of an even number the mean of the two in the middle. */
    static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : sorted[middle - 1] + (sorted[middle] - sorted[middle - 1]) / 2;
    }

    static void requireFinite(String what, double[] scores) {
        require(what, "finite", scores, Double::isFinite);
    }

    static void requirePositive(String what, double[] scores) {
        require(what, "finite and above 0", scores, score -> Double.isFinite(score) && score > 0);
    }

    private static void require(
            String what, String expected, double[] scores, DoublePredicate isExpected) {
        for (int fork = 0; fork < scores.length; fork++) {
            if (!isExpected.test(scores[fork])) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "expected scores that are %s, found %s as score %d of %d of the %s",
                                expected,
                                scores[fork],
                                fork + 1,
                                scores.length,
                                what));
            }
        }
    }
}
