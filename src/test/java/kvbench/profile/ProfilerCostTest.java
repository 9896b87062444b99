package kvbench.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import java.util.List;
import java.util.stream.IntStream;

/** The arithmetic of {@link ProfilerCost}, and, where it is asked for, the measurement. */
class ProfilerCostTest {
    private static final String ROUNDS = "kvbench.profiler.cost";

    /** {@code mvn test -Dtest=ProfilerCostTest -Dkvbench.profiler.cost=200}. */
    @EnabledIfSystemProperty(named = ROUNDS, matches = "[1-9]\\d*")
    @Test
    void tellsWhatTheProfilersCost() {
        List<ProfilerCost.Pair> pairs =
                ProfilerCost.measure(
                        Math.max(ProfilerCost.FEWEST_ROUNDS, Integer.getInteger(ROUNDS)));
        System.out.print(ProfilerCost.text(pairs));
        for (ProfilerCost.Pair pair : pairs) {
            assertEquals(pair.with().steps(), pair.without().steps());
            assertTrue(pair.with().steps() > 0 && pair.with().results() > 0, pair.toString());
            assertEquals(0, pair.without().results());
        }
    }

    /** Of 10 values the second and the ninth: 0.978 by the binomial distribution, by hand. */
    @Test
    void anIntervalLiesBetweenTwoValues() {
        List<Double> values = IntStream.rangeClosed(1, 10).mapToObj(i -> (double) i).toList();
        assertEquals(
                new ProfilerCost.Interval(5.5, 2, 9), ProfilerCost.Interval.of(values.reversed()));
        assertEquals(
                new ProfilerCost.Interval(3.5, 1, 6),
                ProfilerCost.Interval.of(values.subList(0, ProfilerCost.FEWEST_ROUNDS)));
    }

    @Test
    void aVerdictSaysNoMoreThanTheInterval() {
        assertEquals("less than 1 %: shown", new ProfilerCost.Interval(1, 0.99, 1.0099).verdict());
        assertEquals("not shown either way", new ProfilerCost.Interval(1, 0.99, 1.02).verdict());
        assertEquals(
                "more than 1 %: the promise is broken",
                new ProfilerCost.Interval(1.03, 1.02, 1.04).verdict());
    }
}
