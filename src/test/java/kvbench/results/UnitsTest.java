package kvbench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {

    /** JMH's names: {@code org.openjdk.jmh.runner.options.TimeValue.tuToString}. */
    @ParameterizedTest
    @CsvSource({
        "ns, 1e-9",
        "us, 1e-6",
        "ms, 1e-3",
        "s, 1",
        "min, 60",
        "hr, 3600",
        "day, 86400",
        "kg, NaN"
    })
    void timesAndRatesBecomeSeconds(String unit, double seconds) {
        assertEquals(5 * seconds, Units.toSeconds(unit).applyAsDouble(5), 1e-12 * 86400);
        assertEquals(5 * seconds, Units.toSeconds(unit + "/op").applyAsDouble(5), 1e-12 * 86400);
        assertEquals(seconds / 5, Units.toSeconds("ops/" + unit).applyAsDouble(5), 1e-12 * 86400);
    }

    @ParameterizedTest
    @CsvSource({"B, 64", "bytes, 64", "B/op, 64", "#, 64", "KB, NaN", "s, NaN"})
    void countsBecomeBytes(String unit, double bytes) {
        assertEquals(bytes, Units.toBytes(unit).applyAsDouble(64));
    }
}
