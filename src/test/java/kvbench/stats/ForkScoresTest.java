package kvbench.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

import java.util.List;

class ForkScoresTest {
    @Test
    void aForksScoreIsTheMedianOfItsIterations() {
        assertArrayEquals(
                new double[] {2, 2.5, 7},
                ForkScores.of(List.of(List.of(9.0, 1.0, 2.0), List.of(4.0, 1.0), List.of(7.0))));
    }

    @Test
    void samplesThatAreNoFiniteNumberArePassedOver() {
        assertArrayEquals(
                new double[] {3, 5},
                ForkScores.of(
                        List.of(
                                List.of(Double.NaN, 3.0, Double.POSITIVE_INFINITY),
                                List.of(Double.NaN),
                                List.of(),
                                List.of(5.0))));
    }

    @Test
    void theMiddleOfLargeScoresDoesNotOverflow() {
        assertArrayEquals(
                new double[] {Double.MAX_VALUE},
                ForkScores.of(List.of(List.of(Double.MAX_VALUE, Double.MAX_VALUE))));
    }
}
