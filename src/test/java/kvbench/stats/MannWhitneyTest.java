package kvbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

class MannWhitneyTest {
    private static final double ROUNDING = 1e-12;
    private static final long SEED = 1947;

    /**
     * The usual table: the largest U that is significant, two-sided, with n scores on each side.
     */
    @ParameterizedTest
    @CsvSource({
        "4, 0.05, 0",
        "5, 0.05, 2",
        "6, 0.05, 5",
        "7, 0.05, 8",
        "8, 0.05, 13",
        "10, 0.05, 23",
        "20, 0.05, 127",
        "5, 0.01, 0",
        "6, 0.01, 2",
        "8, 0.01, 7",
        "10, 0.01, 16"
    })
    void hasThePublishedCriticalValues(int n, double level, int critical) {
        assertTrue(pOfU(critical, n, n) <= level, () -> "U " + critical);
        assertTrue(pOfU(critical + 1, n, n) > level, () -> "U " + (critical + 1));
    }

    @Test
    void fourForksASideReachFivePercentByCompleteSeparationOnly() {
        // 70 ways to share 8 ranks; with U = 0, 1, 2: 1, 2, 4 of them on each side.
        assertEquals(2 / 70.0, pOfU(0, 4, 4), ROUNDING);
        assertEquals(4 / 70.0, pOfU(1, 4, 4), ROUNDING);
        assertEquals(8 / 70.0, pOfU(2, 4, 4), ROUNDING);
    }

    @Test
    void theTendencyIsThatOfMostPairsAndNotThatOfTheMeans() {
        // Of 9 pairs b has the larger in 6, although its mean is below that of a
        double[] a = {1, 1, 9};
        double[] b = {2, 2, 2};
        assertEquals(1, MannWhitney.tendency(a, b));
        assertEquals(-1, MannWhitney.tendency(b, a));
        assertEquals(0, MannWhitney.tendency(a, a));
    }

    /** Hollander and Wolfe's permeability constants, an example of R's wilcox.test. */
    @Test
    void givesTheValueOfR() {
        double[] term = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
        double[] weeks12To26 = {1.15, 0.88, 0.90, 0.74, 1.21};
        // R prints the one-sided p-value: 0.1272.
        assertEquals(2 * 0.1272, MannWhitney.pValue(term, weeks12To26), 1e-4);
    }

    @ParameterizedTest
    @CsvSource({"2, 30", "3, 4", "4, 1000", "5, 3", "6, 6"})
    void countsEverySplitTiesIncluded(int largestSide, int differentValues) {
        var random = new SplittableRandom(SEED);
        for (int trial = 0; trial < 50; trial++) {
            double[] a = integers(random, 1 + random.nextInt(largestSide), differentValues);
            double[] b = integers(random, 1 + random.nextInt(largestSide), differentValues);
            assertEquals(
                    shareOfSplitsAsFar(a, b),
                    MannWhitney.pValue(a, b),
                    ROUNDING,
                    () -> Arrays.toString(a) + " " + Arrays.toString(b) + ", seed " + SEED);
        }
    }

    @Test
    void doesNotAskWhichSideComesFirst() {
        double[] a = {1, 2, 2, 9};
        double[] b = {2, 3, 4, 5, 6, 7, 7};
        assertEquals(MannWhitney.pValue(a, b), MannWhitney.pValue(b, a));
    }

    @Test
    void equalScoresAreNoDifference() {
        assertEquals(1, MannWhitney.pValue(new double[] {3, 3, 3}, new double[] {3, 3}));
        assertEquals(1, MannWhitney.pValue(filled(40, 3), filled(30, 3)));
    }

    @ParameterizedTest
    @CsvSource({
        "26, 26, 1000000, 0.02",
        "20, 31, 1000000, 0.02",
        "26, 26, 5, 0.1",
        "20, 31, 3, 0.15"
    })
    void approximatesWhatIsTooLongToCount(int n, int m, int differentValues, double tolerance) {
        assertTrue(n + m > MannWhitney.MOST_SCORES_FOR_EXACT);
        var random = new SplittableRandom(SEED);
        for (int trial = 0; trial < 20; trial++) {
            double[] a = integers(random, n, differentValues);
            double[] b =
                    Arrays.stream(integers(random, m, differentValues))
                            .map(value -> value + differentValues / 4)
                            .toArray();
            double exact = shareOfRankSumsAsFar(a, b);
            assertEquals(
                    exact,
                    MannWhitney.pValue(a, b),
                    0.0015 + tolerance * exact,
                    () -> Arrays.toString(a) + " " + Arrays.toString(b) + ", seed " + SEED);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 19", "2, 2", "3, 4", "4, 4", "6, 6", "10, 10", "25, 25"})
    void noScoresGiveLessThanSeparatedOnes(int n, int m) {
        assertEquals(
                MannWhitney.smallestPValue(n, m),
                pOfU(0, n, m),
                ROUNDING * MannWhitney.smallestPValue(n, m));
    }

    @Test
    void theSmallestValueIsTwoWaysOfAll() {
        assertEquals(1, MannWhitney.smallestPValue(1, 1));
        assertEquals(0.1, MannWhitney.smallestPValue(3, 3), ROUNDING);
        assertEquals(2 / 924.0, MannWhitney.smallestPValue(6, 6), ROUNDING);
    }

    @Test
    void refusesWhatIsNoScore() {
        double[] two = {1, 2};
        assertRefused("expected a score or more, found none on the first side", new double[0], two);
        assertRefused(
                "expected a score or more, found none on the second side", two, new double[0]);
        assertRefused(
                "expected scores that are finite, found NaN as score 2 of 2 of the second side",
                two,
                new double[] {1, Double.NaN});
        assertEquals(
                "expected scores on both sides, found 0 and 4",
                assertThrows(IllegalArgumentException.class, () -> MannWhitney.smallestPValue(0, 4))
                        .getMessage());
    }

    private static void assertRefused(String message, double[] a, double[] b) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> MannWhitney.pValue(a, b))
                        .getMessage());
    }

    /** Of n scores without ties that are above U of the pairs with m others. */
    private static double pOfU(int u, int n, int m) {
        var a = new double[n];
        var b = new double[m];
        Arrays.setAll(b, i -> i + 1);
        int left = u;
        for (int i = n - 1; i >= 0; i--) {
            int below = Math.min(left, m);
            left -= below;
            a[i] = below + 0.5 + i * 1e-3;
        }
        return MannWhitney.pValue(a, b);
    }

    private static double[] integers(SplittableRandom random, int count, int differentValues) {
        return random.ints(count, 0, differentValues).asDoubleStream().toArray();
    }

    private static double[] filled(int count, double value) {
        var all = new double[count];
        Arrays.fill(all, value);
        return all;
    }

    /** By listing the splits and comparing pairs, with neither ranks nor a table of sums. */
    private static double shareOfSplitsAsFar(double[] a, double[] b) {
        double[] all = DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
        int observed = imbalance(all, (1 << a.length) - 1);
        int splits = 0;
        int asFar = 0;
        for (int side = 0; side < 1 << all.length; side++) {
            if (Integer.bitCount(side) == a.length) {
                splits++;
                asFar += imbalance(all, side) >= observed ? 1 : 0;
            }
        }
        return (double) asFar / splits;
    }

    private static int imbalance(double[] all, int side) {
        int sum = 0;
        for (int i = 0; i < all.length; i++) {
            for (int j = 0; j < all.length; j++) {
                if ((side >> i & 1) == 1 && (side >> j & 1) == 0) {
                    sum += Double.compare(all[i], all[j]);
                }
            }
        }
        return Math.abs(sum);
    }

    /** By the table of sums, which {@link #countsEverySplitTiesIncluded} checks. */
    private static double shareOfRankSumsAsFar(double[] a, double[] b) {
        double[] all = DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
        int[] doubledMidranks =
                Arrays.stream(all).mapToInt(value -> doubledMidrank(value, all)).toArray();
        double[] ways = RankSums.waysOfSum(doubledMidranks, a.length);
        int mean = a.length * (all.length + 1);
        int observed = Math.abs(Arrays.stream(doubledMidranks, 0, a.length).sum() - mean);
        double asFar = 0;
        for (int sum = 0; sum < ways.length; sum++) {
            asFar += Math.abs(sum - mean) >= observed ? ways[sum] : 0;
        }
        return asFar / Arrays.stream(ways).sum();
    }

    private static int doubledMidrank(double value, double[] all) {
        int rank = 1;
        for (double other : all) {
            rank += other < value ? 2 : other == value ? 1 : 0;
        }
        return rank;
    }
}
