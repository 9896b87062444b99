package kvbench.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.stream.LongStream;

/** Expected values are {@code numpy.percentile(values, [50, 90, 99, 100])} of NumPy 2.4. */
class PercentilesTest {
    @Test
    void isWhatNumpyGives() {
        assertPercentiles(25, 79, 97.9, 100, 30, 10, 20, 100);
        assertPercentiles(1.5, 1.9, 1.99, 2, 1, 2);
        assertPercentiles(8, 15, 901.5, 1000, 7, 3, 3, 9, 1000, 12, 15, 2, 8, 11, 4);
        assertPercentiles(
                555_555_555,
                4_595_061_728.4,
                6_759_506_172.84,
                7_000_000_000L,
                123_456_789,
                987_654_321,
                555_555_555,
                42,
                7_000_000_000L);
        assertPercentiles(
                511,
                906.4,
                999.04,
                1005,
                LongStream.range(0, 150).map(i -> i * 7919 % 1009).toArray());
    }

    @Test
    void oneValueIsAllOfThem() {
        assertEquals(new Percentiles(5, 5, 5, 5), Percentiles.of(5));
    }

    @Test
    void withoutValuesThereIsNone() {
        double none = Double.NaN;
        assertEquals(new Percentiles(none, none, none, none), Percentiles.of());
    }

    @Test
    void leavesTheValuesInTheirOrder() {
        long[] values = {3, 1, 2};
        Percentiles.of(values);
        assertArrayEquals(new long[] {3, 1, 2}, values);
    }

    private static void assertPercentiles(
            double p50, double p90, double p99, double max, long... values) {
        Percentiles found = Percentiles.of(values);
        double rounding = max * 1e-12;
        assertEquals(p50, found.p50(), rounding);
        assertEquals(p90, found.p90(), rounding);
        assertEquals(p99, found.p99(), rounding);
        assertEquals(max, found.max());
    }
}
