package kvbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** What a comparison of two runs does: a Mann-Whitney test per cell, Holm over the cells. */
class FamilyOfTestsTest {
    private static final double LEVEL = 0.05;

    /** Many, because the rate is 4.2 % for 6 forks by a count of orders: 5 % leave little room. */
    private static final int COMPARISONS = 2000;

    private static final int CELLS = 20;
    private static final int ITERATIONS = 3;
    private static final long SEED = 1979;

    @ParameterizedTest
    @EnumSource(Noise.class)
    void callsNoiseADifferenceInFivePercentOfComparisonsAtMost(Noise noise) {
        for (int forks : new int[] {6, 8}) {
            for (double forkEffect : new double[] {0, 3}) {
                var random = new SplittableRandom(SEED);
                assertFewFalseAlarms(
                        noise + ", " + forks + " forks with effect " + forkEffect,
                        () -> noise.forkScores(random, forkEffect, forks, ITERATIONS));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 8})
    void takesForksThatAreSlowByChanceForNoise(int forks) {
        var random = new SplittableRandom(SEED);
        assertFewFalseAlarms(
                forks + " forks, half of them 5 % slower", () -> bimodal(random, forks));
    }

    /** The alarms above are few, but not for want of power: as iterations they would be many. */
    @Test
    void wouldCallNoiseADifferenceIfIterationsWereTheReplicate() {
        var random = new SplittableRandom(SEED);
        int alarms =
                falseAlarms(
                        () -> {
                            // Two forks of five iterations, as if they were ten forks.
                            double[] first = bimodalIterations(random, 5);
                            double[] second = bimodalIterations(random, 5);
                            double[] both = Arrays.copyOf(first, 10);
                            System.arraycopy(second, 0, both, 5, 5);
                            return both;
                        });
        assertTrue(alarms > COMPARISONS / 2, alarms + " false alarms, seed " + SEED);
    }

    @Test
    void findsATenPercentSlowdownAmongEighteenCellsWithSixForks() {
        var random = new SplittableRandom(SEED);
        int cells = 18;
        int found = 0;
        for (int comparison = 0; comparison < COMPARISONS; comparison++) {
            var p = new double[cells];
            for (int cell = 0; cell < cells; cell++) {
                double factor = cell == 0 ? 1.1 : 1;
                p[cell] =
                        MannWhitney.pValue(
                                withOnePercentNoise(random, 1),
                                withOnePercentNoise(random, factor));
            }
            found += Holm.adjust(p)[0] <= LEVEL ? 1 : 0;
        }
        assertTrue(found > 0.95 * COMPARISONS, found + " found, seed " + SEED);
    }

    @Test
    void fourForksCannotBeSignificantAmongTwentyCells() {
        var p = new double[CELLS];
        Arrays.fill(p, 1);
        p[0] = MannWhitney.smallestPValue(4, 4);
        assertEquals(40 / 70.0, Holm.adjust(p)[0], 1e-12);
    }

    private static void assertFewFalseAlarms(String design, Supplier<double[]> side) {
        int alarms = falseAlarms(side);
        assertTrue(
                alarms > 0 && alarms <= LEVEL * COMPARISONS,
                () -> alarms + " false alarms, " + design + ", seed " + SEED);
    }

    private static int falseAlarms(Supplier<double[]> side) {
        int alarms = 0;
        for (int comparison = 0; comparison < COMPARISONS; comparison++) {
            var p = new double[CELLS];
            Arrays.setAll(p, cell -> MannWhitney.pValue(side.get(), side.get()));
            alarms += Arrays.stream(Holm.adjust(p)).anyMatch(value -> value <= LEVEL) ? 1 : 0;
        }
        return alarms;
    }

    private static double[] bimodal(SplittableRandom random, int forks) {
        var scores = new double[forks];
        Arrays.setAll(scores, fork -> ForkScores.median(bimodalIterations(random, ITERATIONS)));
        return scores;
    }

    /** Of one fork, which is 5 % slower than others or is not. */
    private static double[] bimodalIterations(SplittableRandom random, int iterations) {
        double level = random.nextBoolean() ? 1.05 : 1;
        var samples = new double[iterations];
        Arrays.setAll(samples, iteration -> level * (1 + 0.005 * random.nextGaussian()));
        return samples;
    }

    private static double[] withOnePercentNoise(SplittableRandom random, double factor) {
        var scores = new double[6];
        Arrays.setAll(scores, fork -> factor * Math.exp(0.01 * random.nextGaussian()));
        return scores;
    }
}
