package kvbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.stream.IntStream;

class StatisticsTest {
    @Test
    void theMedianIsOverForksAndNotOverIterations() {
        // fork medians 2, 10, 11; the median of all seven iterations would be 3
        assertEquals(
                new Estimate(10, 2, 11, 3),
                Statistics.ofForks(
                        List.of(List.of(1.0, 2.0, 2.0, 2.0, 3.0), List.of(10.0), List.of(11.0))));
    }

    @Test
    void theSpreadOfAMedianBelowNothingIsAPartOfItsSize() {
        assertEquals(0.1, new Estimate(-10, -11, -9, 6).relativeSpread(), 1e-12);
        assertEquals(0.1, new Estimate(10, 9, 11, 6).relativeSpread(), 1e-12);
    }

    @Test
    void anEvenNumberOfForksHasTheMeanOfTheMiddleTwo() {
        assertEquals(
                new Estimate(2.5, 1, 4, 4),
                Statistics.ofForks(
                        List.of(List.of(4.0), List.of(1.0), List.of(3.0), List.of(2.0))));
    }

    @Test
    void whatIsNoFiniteNumberIsPassedOver() {
        assertEquals(
                new Estimate(3, 3, 3, 1),
                Statistics.ofForks(
                        List.of(
                                List.of(3.0, Double.NaN, Double.POSITIVE_INFINITY),
                                List.of(Double.NaN),
                                List.of())));
        assertEquals(Estimate.NONE, Statistics.ofForks(List.of(List.of(Double.NaN))));
        assertEquals(Estimate.NONE, Statistics.ofForks(List.of()));
    }

    @Test
    void aSingleForkHasNoSpread() {
        assertEquals(Double.NaN, new Estimate(3, 3, 3, 1).relativeSpread());
        assertEquals(0.25, new Estimate(4, 3, 5, 2).relativeSpread());
    }

    /** 2 P(B <= rank) is at most 0.05 and 2 P(B <= rank + 1) is over it: 2 * 10 / 2^9 = 0.039. */
    @ParameterizedTest
    @CsvSource({"1,0", "5,0", "6,0", "8,0", "9,1", "11,1", "12,2", "15,3", "20,5", "25,7"})
    void theIntervalLeavesOutAsManyForksAsTheBinomialAllows(int forks, int leftOut) {
        assertEquals(leftOut, Statistics.lowerRank(forks));
    }

    @Test
    void withManyForksTheExtremesLieOutsideTheInterval() {
        var forks = IntStream.rangeClosed(1, 9).mapToObj(i -> List.of((double) i)).toList();
        assertEquals(new Estimate(5, 2, 8, 9), Statistics.ofForks(forks));
    }
}
