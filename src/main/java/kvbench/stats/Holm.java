package kvbench.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Holm's correction for a family of tests: with it, the chance of even one false alarm in the whole
 * family stays below the level, however the tests depend on each other.
 *
 * <p>Holm, "A Simple Sequentially Rejective Multiple Test Procedure", 1979.
 */
public final class Holm {
    private Holm() {}

    /**
     * The adjusted p-values, in the order of the given ones; each is to be held against the level
     * of the family.
     *
     * @param p NaN where there was nothing to test: stays NaN and does not count in the family
     * @throws IllegalArgumentException if one is below 0 or above 1
     */
    public static double[] adjust(double[] p) {
        for (double value : p) {
            if (value < 0 || value > 1) {
                throw new IllegalArgumentException("expected p-values from 0 to 1, found " + value);
            }
        }
        int[] ascending =
                IntStream.range(0, p.length)
                        .filter(test -> !Double.isNaN(p[test]))
                        .boxed()
                        .sorted(Comparator.comparingDouble(test -> p[test]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        var adjusted = new double[p.length];
        Arrays.fill(adjusted, Double.NaN);
        double largest = 0;
        for (int rank = 0; rank < ascending.length; rank++) {
            int test = ascending[rank];
            largest = Math.max(largest, Math.min(1, (ascending.length - rank) * p[test]));
            adjusted[test] = largest;
        }
        return adjusted;
    }
}
