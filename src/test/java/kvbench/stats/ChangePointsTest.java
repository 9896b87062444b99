package kvbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

class ChangePointsTest {
    private static final long SEED = 2014;
    private static final int RUNS = 20;

    @Test
    void dividesAHistoryAtItsStep() {
        // The middle of 100.5 and 101, the two medians of the first eight runs, is geometric.
        double[] before = {100, 101, 99, 102, 98, 100.5, 101.5, 102};
        double[] after = {110, 112, 109, 110.55, 111, 108, 113, 107, 111.5};

        List<ChangePoint> found = ChangePoints.of(runsOf(before, after));

        assertEquals(1, found.size(), found::toString);
        assertEquals(8, found.getFirst().run());
        assertEquals(110.55 / Math.sqrt(100.5 * 101), found.getFirst().ratio(), 1e-12);
        assertTrue(found.getFirst().p() >= 0.001 && found.getFirst().p() < 0.01, found::toString);
    }

    @ParameterizedTest
    @CsvSource({"3, 0.9", "10, 0.98", "17, 0.9"})
    void findsATenPercentStepUnderTwoPercentNoise(int at, double power) {
        var random = new SplittableRandom(SEED);
        double share = shareOf(100, () -> isAt(ChangePoints.of(noisy(random, step(at, 1.1))), at));
        assertTrue(share >= power, share + " found at " + at + ", seed " + SEED);
    }

    @ParameterizedTest
    @CsvSource({"1.1", "0.909"})
    void findsBothOfTwoSteps(double second) {
        var random = new SplittableRandom(SEED);
        double[] factors = times(step(7, 1.1), step(14, second));
        double share = shareOf(100, () -> isAt(ChangePoints.of(noisy(random, factors)), 7, 14));
        assertTrue(share >= 0.9, share + " found, seed " + SEED);
    }

    @Test
    void ratiosCompareNeighbouringSegments() {
        var random = new SplittableRandom(SEED);
        double[] factors = times(step(7, 1.2), step(14, 0.9));
        List<ChangePoint> found = ChangePoints.of(noisy(random, factors));

        assertTrue(isAt(found, 7, 14), () -> found + ", seed " + SEED);
        assertEquals(1.2, found.get(0).ratio(), 0.03, () -> found + ", seed " + SEED);
        assertEquals(0.9, found.get(1).ratio(), 0.03, () -> found + ", seed " + SEED);
    }

    @ParameterizedTest
    @EnumSource(Noise.class)
    void callsFlatHistoriesChangedInFivePercentAtMost(Noise noise) {
        var random = new SplittableRandom(SEED);
        double alarms =
                shareOf(
                        500,
                        () ->
                                !ChangePoints.of(
                                                IntStream.range(0, 30)
                                                        .mapToObj(
                                                                run ->
                                                                        noise.forkScores(
                                                                                random, 3, 1, 1))
                                                        .toList())
                                        .isEmpty());
        assertTrue(alarms <= 0.05, alarms + " false alarms, " + noise + ", seed " + SEED);
    }

    /** Ten times the noise, so that the practical threshold keeps nothing back. */
    @Test
    void doesNotLiveOnThePracticalThreshold() {
        var random = new SplittableRandom(SEED);
        double alarms =
                shareOf(
                        500,
                        () -> {
                            double[] scores = new double[30];
                            Arrays.setAll(scores, run -> Math.exp(0.2 * random.nextGaussian()));
                            return !ChangePoints.of(runsOf(scores)).isEmpty();
                        });
        assertTrue(alarms <= 0.05, alarms + " false alarms, seed " + SEED);
    }

    /** The Javadoc quotes the shares; the margins are for the few histories. */
    @ParameterizedTest
    @CsvSource({"0.3, 0.01, 0.05", "0.5, 0.01, 0.05", "0.3, 0.02, 0.1", "0.5, 0.02, 0.25"})
    void seldomTakesASlowWanderForAChange(double autocorrelation, double scale, double most) {
        var random = new SplittableRandom(SEED);
        double alarms =
                shareOf(
                        300,
                        () ->
                                !ChangePoints.of(runsOf(wander(random, 30, autocorrelation, scale)))
                                        .isEmpty());
        assertTrue(alarms <= most, alarms + " false alarms, seed " + SEED);
    }

    @Test
    void doesNotCallOneOddRun() {
        var random = new SplittableRandom(SEED);
        for (int odd = 0; odd < RUNS; odd++) {
            double[] factors = times(step(odd, 1.5), step(odd + 1, 1 / 1.5));
            List<ChangePoint> found = ChangePoints.of(noisy(random, factors));
            int at = odd;
            assertEquals(List.of(), found, () -> "odd run " + at + ", seed " + SEED);
        }
    }

    @Test
    void doesNotCallAStepBelowThePracticalThreshold() {
        double[] low = {100, 100.1, 99.9, 100.05, 99.95, 100.02, 99.98, 100.03, 99.97, 100};

        assertEquals(List.of(), ChangePoints.of(runsOf(low, timesAll(1.019, low))));
        assertEquals(1, ChangePoints.of(runsOf(low, timesAll(1.021, low))).size());
    }

    @Test
    void theRunIsTheReplicateAndNotTheFork() {
        // Each run has a level of its own, on which its ten forks agree.
        var random = new SplittableRandom(SEED);
        double alarms =
                shareOf(
                        200,
                        () -> {
                            var runs = new ArrayList<double[]>();
                            for (int run = 0; run < RUNS; run++) {
                                var forks = new double[10];
                                Arrays.fill(forks, Math.exp(0.05 * random.nextGaussian()));
                                runs.add(forks);
                            }
                            return !ChangePoints.of(runs).isEmpty();
                        });
        assertTrue(alarms <= 0.05, alarms + " false alarms, seed " + SEED);
    }

    @Test
    void runsThatWereNotMeasuredKeepTheirIndex() {
        double[] before = {100, 101, 99, 102, 98, 100.5, 101.5, 102};
        double[] after = {110, 112, 109, 110.55, 111, 108, 113, 107, 111.5};
        var runs = new ArrayList<>(runsOf(before, after));
        List<ChangePoint> complete = ChangePoints.of(runs);
        runs.add(2, new double[0]);
        runs.add(0, new double[0]);
        runs.add(new double[0]);

        ChangePoint first = complete.getFirst();
        assertEquals(
                List.of(new ChangePoint(first.run() + 2, first.ratio(), first.p())),
                ChangePoints.of(runs));
    }

    @Test
    void theSameHistoryGivesTheSameAnswer() {
        List<double[]> history = noisy(new SplittableRandom(SEED), step(10, 1.1));
        List<ChangePoint> first = ChangePoints.of(history);
        ChangePoints.of(noisy(new SplittableRandom(SEED + 1), step(4, 1.2)));

        assertEquals(1, first.size(), () -> first + ", seed " + SEED);
        assertEquals(first, ChangePoints.of(history));
    }

    @Test
    void shortOrEqualHistoriesHaveNone() {
        assertEquals(List.of(), ChangePoints.of(List.of()));
        assertEquals(List.of(), ChangePoints.of(runsOf(new double[] {1, 1, 9, 9, 9})));
        assertEquals(List.of(), ChangePoints.of(runsOf(new double[] {5, 5, 5, 5, 5, 5, 5, 5})));
    }

    @Test
    void refusesScoresThatHaveNoLogarithm() {
        assertEquals(
                "expected scores that are finite and above 0, found 0.0 as score 2 of 2 of the run"
                        + " with index 1",
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        ChangePoints.of(
                                                List.of(new double[] {1}, new double[] {1, 0})))
                        .getMessage());
    }

    private static boolean isAt(List<ChangePoint> found, int... runs) {
        boolean near = found.size() == runs.length;
        for (int i = 0; near && i < runs.length; i++) {
            near = Math.abs(found.get(i).run() - runs[i]) <= 1;
        }
        return near;
    }

    private static double shareOf(int trials, Supplier<Boolean> trial) {
        int yes = 0;
        for (int i = 0; i < trials; i++) {
            yes += trial.get() ? 1 : 0;
        }
        return (double) yes / trials;
    }

    /** Factors of the runs: 1 up to the step. */
    private static double[] step(int at, double by) {
        var factors = new double[RUNS];
        Arrays.setAll(factors, run -> run < at ? 1 : by);
        return factors;
    }

    private static double[] times(double[] some, double[] others) {
        return IntStream.range(0, some.length).mapToDouble(i -> some[i] * others[i]).toArray();
    }

    private static double[] timesAll(double factor, double[] scores) {
        return Arrays.stream(scores).map(score -> factor * score).toArray();
    }

    /** Each run off by 2 %, and its five forks by 1 % more. */
    private static List<double[]> noisy(SplittableRandom random, double[] factors) {
        var runs = new ArrayList<double[]>();
        for (double factor : factors) {
            double level = factor * Math.exp(0.02 * random.nextGaussian());
            var forks = new double[5];
            Arrays.setAll(forks, fork -> level * Math.exp(0.01 * random.nextGaussian()));
            runs.add(forks);
        }
        return runs;
    }

    private static double[] wander(
            SplittableRandom random, int runs, double autocorrelation, double scale) {
        var scores = new double[runs];
        double state = random.nextGaussian();
        for (int run = 0; run < runs; run++) {
            scores[run] = Math.exp(scale * state);
            state =
                    autocorrelation * state
                            + Math.sqrt(1 - autocorrelation * autocorrelation)
                                    * random.nextGaussian();
        }
        return scores;
    }

    /** One fork a run. */
    private static List<double[]> runsOf(double[]... parts) {
        return Arrays.stream(parts)
                .flatMapToDouble(Arrays::stream)
                .mapToObj(score -> new double[] {score})
                .toList();
    }
}
