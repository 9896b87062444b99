package kvbench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.results.Run;
import kvbench.results.SomeResult;

import org.apache.commons.math3.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

/** What a comparison as a whole says of runs that are the same, and of runs that are not. */
class FalseAlarmsTest {
    private static final int COMPARISONS = 500;
    private static final int CELLS = 20;
    private static final int FORKS = 6;
    private static final int ITERATIONS = 2;
    private static final long SEED = 20250704;

    /** Standard deviation of an iteration. */
    private static final double NOISE = 0.05;

    /**
     * With six forks the smallest p is 2/924, so that one of 20 cells that lies wholly apart is
     * called: in 1 - (1 - 2/924)^20 = 4.24 % of the comparisons at most.
     */
    private static final double RATE = 1 - Math.pow(1 - 2 / 924.0, CELLS);

    private static final int MOST_ALARMS = (int) (Comparison.SIGNIFICANCE * COMPARISONS);

    /** Fewer would be chance once in 1000: the comparison would be deaf. */
    private static final int FEWEST_ALARMS =
            new BinomialDistribution(null, COMPARISONS, RATE).inverseCumulativeProbability(0.001);

    @ParameterizedTest
    @CsvSource({"0, false", "2, false", "0, true", "2, true"})
    void callsRunsThatAreTheSameDifferentInFivePercentOfComparisonsAtMost(
            double forkEffect, boolean isHeavyTailed) {
        var random = new SplittableRandom(SEED);
        int alarms = 0;
        for (int comparison = 0; comparison < COMPARISONS; comparison++) {
            Comparison compared =
                    Compared.sides(
                            run(random, forkEffect, isHeavyTailed, cell -> 1),
                            run(random, forkEffect, isHeavyTailed, cell -> 1));
            alarms += compared.candidates().anyMatch(e -> e.verdict().isDifference()) ? 1 : 0;
        }
        int found = alarms;
        assertTrue(
                found >= FEWEST_ALARMS && found <= MOST_ALARMS,
                () ->
                        "%d false alarms, expected %d to %d, fork effect %s, heavy tail %s, seed %d"
                                .formatted(
                                        found,
                                        FEWEST_ALARMS,
                                        MOST_ALARMS,
                                        forkEffect,
                                        isHeavyTailed,
                                        SEED));
    }

    @Test
    void theExpectedRateIsBelowFivePercent() {
        assertEquals(0.0424, RATE, 1e-4);
        assertEquals(25, MOST_ALARMS);
    }

    @Test
    void findsAndSizesOneCellOfTwentyThatIsTenPercentSlowerAndCallsNothingElse() {
        var random = new SplittableRandom(SEED);
        int right = 0;
        for (int comparison = 0; comparison < COMPARISONS; comparison++) {
            int slowed = comparison % CELLS;
            List<Entry> entries =
                    Compared.sides(
                                    slightlyNoisy(random, cell -> 1),
                                    slightlyNoisy(random, cell -> cell == slowed ? 1.1 : 1))
                            .candidates()
                            .toList();
            right += isRight(entries, slowed) ? 1 : 0;
        }
        assertTrue(
                right > 0.9 * COMPARISONS,
                "%d of %d right, seed %d".formatted(right, COMPARISONS, SEED));
    }

    private static boolean isRight(List<Entry> entries, int slowed) {
        for (int cell = 0; cell < CELLS; cell++) {
            Entry entry = entries.get(cell);
            boolean isRight =
                    cell == slowed
                            ? entry.verdict() == Verdict.SLOWER
                                    && Math.abs(entry.ratio() - 1.1) <= 0.02
                            : !entry.verdict().isDifference();
            if (!isRight) {
                return false;
            }
        }
        return true;
    }

    private static Run slightlyNoisy(SplittableRandom random, IntToDoubleFunction factor) {
        return run(random, 0, false, cell -> factor.applyAsDouble(cell), 0.01);
    }

    private static Run run(
            SplittableRandom random,
            double forkEffect,
            boolean isHeavyTailed,
            IntToDoubleFunction factor) {
        return run(random, forkEffect, isHeavyTailed, factor, NOISE);
    }

    private static Run run(
            SplittableRandom random,
            double forkEffect,
            boolean isHeavyTailed,
            IntToDoubleFunction factor,
            double noise) {
        var cells = new SomeResult[CELLS];
        for (int cell = 0; cell < CELLS; cell++) {
            var forks = new ArrayList<List<Double>>();
            for (int fork = 0; fork < FORKS; fork++) {
                double effect = forkEffect * random.nextGaussian();
                var iterations = new ArrayList<Double>();
                for (int iteration = 0; iteration < ITERATIONS; iteration++) {
                    double deviation = isHeavyTailed ? heavyTailed(random) : random.nextGaussian();
                    iterations.add(
                            factor.applyAsDouble(cell) * Math.exp(noise * (effect + deviation)));
                }
                forks.add(iterations);
            }
            cells[cell] = SomeResult.step("static", cell + 1).time("ms/op", forks);
        }
        return SomeResult.run("run", cells);
    }

    /** Student's t with 2 degrees of freedom, which has no variance. */
    private static double heavyTailed(SplittableRandom random) {
        double first = random.nextGaussian();
        double second = random.nextGaussian();
        return random.nextGaussian() / Math.sqrt((first * first + second * second) / 2);
    }
}
