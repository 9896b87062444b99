package kvbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.SplittableRandom;

class RatioIntervalTest {
    private static final double ROUNDING = 1e-12;
    private static final long SEED = 1963;

    /** Few forks are quick to simulate and miss 95 % by design, so they get more data sets. */
    private static final int SIMULATED_FORKS = 40_000;

    @Test
    void aRatioOfMediansOutsideOfThePairsWidensTheInterval() {
        // Medians 100 and 80. Ratios of the 400 pairs: 121 times 0.8, then 99 times 10, 99 times
        // 80 and 81 times 1000; 127 are left out at each end, which leaves 10 to 80
        var low = new double[20];
        var high = new double[20];
        Arrays.fill(low, 0, 9, 1);
        Arrays.fill(low, 9, 20, 100);
        Arrays.fill(high, 0, 11, 80);
        Arrays.fill(high, 11, 20, 1000);

        RatioInterval below = RatioInterval.of(low, high);
        assertEquals(0.8, below.estimate(), 1e-12);
        assertEquals(0.8, below.low(), 1e-12);
        assertEquals(80, below.high(), 1e-12);

        RatioInterval above = RatioInterval.of(high, low);
        assertEquals(1.25, above.estimate(), 1e-12);
        assertEquals(1 / 80.0, above.low(), 1e-12);
        assertEquals(1.25, above.high(), 1e-12);
    }

    @Test
    void runsBetweenTheSecondRatiosForFourForksASide() {
        // Ratios of pairs from below: 10/8, 10/4, 20/8, 30/8; from above: 40/1, 30/1, 40/2, 20/1.
        assertEquals(
                new RatioInterval(25.0 / 3, 10.0 / 4, 30, 1 - 4 / 70.0),
                RatioInterval.of(new double[] {1, 2, 4, 8}, new double[] {10, 20, 30, 40}));
    }

    @Test
    void saysHowLittleFewForksCanClaim() {
        double[] two = {1, 2};
        double[] three = {10, 20, 30};
        assertEquals(new RatioInterval(1, 0.5, 2, 1 - 2 / 6.0), RatioInterval.of(two, two));
        assertEquals(
                new RatioInterval(1, 1 / 3.0, 3, 1 - 2 / 20.0), RatioInterval.of(three, three));
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "3, 0", "1, 3", "3, 1", "1, 1"})
    void aSideWithoutSpreadGivesNoInterval(int before, int after) {
        var interval = RatioInterval.of(filled(before, 2), filled(after, 3));

        assertEquals(before > 0 && after > 0 ? 1.5 : Double.NaN, interval.estimate());
        assertEquals(Double.NaN, interval.low());
        assertEquals(Double.NaN, interval.high());
        assertEquals(Double.NaN, interval.confidence());
    }

    @Test
    void equalScoresLeaveNoDoubt() {
        assertEquals(
                new RatioInterval(2, 2, 2, 1 - 4 / 70.0),
                RatioInterval.of(filled(4, 3), filled(4, 6)));
    }

    @Test
    void isAsNearTo95PercentAsTheForksAllow() {
        for (int n = 4; n <= 40; n++) {
            for (int m = 4; m <= 40; m++) {
                double confidence = RatioInterval.of(filled(n, 1), filled(m, 1)).confidence();
                String sides = n + " against " + m + ": " + confidence;
                assertTrue(confidence > 0.93 && confidence < 0.97, sides);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 2, false", "3, 3, false", "1, 6, false", "4, 4, true", "2, 8, true"})
    void isCalledByItsConfidenceOnlyWhereItIsNear(int before, int after, boolean isNear) {
        assertEquals(
                isNear, RatioInterval.of(filled(before, 1), filled(after, 1)).isOfConfidence());
    }

    /** What the Javadoc quotes. */
    @ParameterizedTest
    @CsvSource({"4, 0.943", "5, 0.944", "6, 0.959", "8, 0.950", "10, 0.948"})
    void claimsTheQuotedCoverage(int forks, double coverage) {
        assertEquals(
                coverage,
                RatioInterval.of(filled(forks, 1), filled(forks, 1)).confidence(),
                0.0005);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 6, 10, 30})
    void leavesOutOneExactlyWhereTheTestRejects(int forks) {
        var random = new SplittableRandom(SEED);
        int rejected = 0;
        for (int trial = 0; trial < 200; trial++) {
            double[] baseline = Noise.LOGNORMAL.forkScores(random, 0, forks, 1);
            double[] candidate = times(1.02, Noise.LOGNORMAL.forkScores(random, 0, forks, 1));
            var interval = RatioInterval.of(baseline, candidate);
            boolean rejects =
                    MannWhitney.pValue(baseline, candidate) <= 1 - interval.confidence() + ROUNDING;
            rejected += rejects ? 1 : 0;
            assertEquals(
                    rejects,
                    interval.low() > 1 || interval.high() < 1,
                    () -> interval + ", seed " + SEED);
        }
        assertTrue(rejected > 20 && rejected < 200, rejected + " rejected, seed " + SEED);
    }

    @Test
    void movesWithTheFactorAndTurnsOverWithTheSides() {
        var random = new SplittableRandom(SEED);
        double[] baseline = Noise.HEAVY_TAILED.forkScores(random, 1, 5, 3);
        double[] candidate = Noise.HEAVY_TAILED.forkScores(random, 1, 7, 3);
        var interval = RatioInterval.of(baseline, candidate);
        var doubled = RatioInterval.of(baseline, times(2, candidate));
        var turned = RatioInterval.of(candidate, baseline);

        assertEquals(2 * interval.estimate(), doubled.estimate());
        assertEquals(2 * interval.low(), doubled.low());
        assertEquals(2 * interval.high(), doubled.high());
        assertEquals(1 / interval.estimate(), turned.estimate(), ROUNDING);
        assertEquals(1 / interval.low(), turned.high(), ROUNDING);
        assertEquals(1 / interval.high(), turned.low(), ROUNDING);
    }

    @Test
    void holdsTheEstimateEvenWhereTheOrderStatisticsDoNot() {
        // Each median lies beside a gap. Of 441 ratios 100 are 0.5, 220 are 1 and 121 are 2.
        double[] baseline = new double[21];
        double[] candidate = new double[21];
        for (int fork = 0; fork < 21; fork++) {
            baseline[fork] = fork < 11 ? 1 : 2;
            candidate[fork] = fork < 10 ? 1 : 2;
        }
        var interval = RatioInterval.of(baseline, candidate);

        assertEquals(2, interval.estimate());
        assertEquals(2, interval.high());
        assertEquals(1, interval.low());
    }

    @Test
    void refusesScoresWithoutAFactor() {
        double[] one = {1};
        assertRefused(
                "expected scores that are finite and above 0, found 0.0 as score 2 of 2 of the"
                        + " baseline",
                new double[] {1, 0},
                one);
        assertRefused(
                "expected scores that are finite and above 0, found -1.0 as score 1 of 1 of the"
                        + " candidate",
                one,
                new double[] {-1});
        assertRefused(
                "expected scores that are finite and above 0, found Infinity as score 1 of 1 of"
                        + " the candidate",
                one,
                new double[] {Double.POSITIVE_INFINITY});
    }

    /** Within what 95 % may be for few forks, for every law, effect of the fork and iterations. */
    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 8, 10, 20})
    void coversTheFactorAsOftenAsItSays(int forks) {
        int dataSets = SIMULATED_FORKS / forks;
        for (int iterations : new int[] {1, 2, 3, 5, 10}) {
            for (Noise noise : Noise.values()) {
                for (double forkEffect : new double[] {0, 1, 3}) {
                    double covered = coverage(noise, forkEffect, forks, iterations, dataSets);
                    String design =
                            String.join(
                                    ", ",
                                    forks + " forks",
                                    iterations + " iterations",
                                    noise + " with fork effect " + forkEffect,
                                    "covered " + covered,
                                    "seed " + SEED);
                    assertTrue(covered >= 0.93 && covered <= 0.97, design);
                }
            }
        }
    }

    private static double coverage(
            Noise noise, double forkEffect, int forks, int iterations, int dataSets) {
        var random = new SplittableRandom(SEED);
        double factor = 1.1;
        int covered = 0;
        for (int dataSet = 0; dataSet < dataSets; dataSet++) {
            double[] baseline = noise.forkScores(random, forkEffect, forks, iterations);
            double[] candidate = noise.forkScores(random, forkEffect, forks, iterations);
            var interval = RatioInterval.of(baseline, times(factor, candidate));
            covered += interval.low() <= factor && factor <= interval.high() ? 1 : 0;
        }
        return (double) covered / dataSets;
    }

    private static double[] times(double factor, double[] scores) {
        return Arrays.stream(scores).map(score -> factor * score).toArray();
    }

    private static double[] filled(int forks, double score) {
        var scores = new double[forks];
        Arrays.fill(scores, score);
        return scores;
    }

    private static void assertRefused(String message, double[] baseline, double[] candidate) {
        assertEquals(
                message,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> RatioInterval.of(baseline, candidate))
                        .getMessage());
    }
}
