package kvbench.results;

import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/** What the units that JMH and this suite write mean. */
public final class Units {
    private static final Map<String, Double> SECONDS =
            Map.of(
                    "ns", 1e-9, "us", 1e-6, "ms", 1e-3, "s", 1.0, "min", 60.0, "hr", 3600.0, "day",
                    86_400.0);

    private static final Set<String> BYTES = Set.of("B", "bytes", "B/op", "bytes/op");

    /** What the count is of only the metric's name says. */
    private static final String COUNT = "#";

    private static final String PER_OPERATION = "/op";
    private static final String RATE = "ops/";

    private Units() {}

    /**
     * Turns a figure of {@code unit} into seconds (per operation), or into NaN where that is no
     * time.
     */
    public static DoubleUnaryOperator toSeconds(String unit) {
        if (unit.startsWith(RATE)) {
            double seconds = secondsOf(unit.substring(RATE.length()));
            return rate -> seconds / rate;
        }
        double seconds = secondsOf(unit.replace(PER_OPERATION, ""));
        return time -> time * seconds;
    }

    /** Whether {@code unit} is one of bytes, whatever its metric is called. */
    public static boolean isBytes(String unit) {
        return BYTES.contains(unit);
    }

    /** Turns a figure of {@code unit} into bytes, or into NaN where that is no count of bytes. */
    public static DoubleUnaryOperator toBytes(String unit) {
        double factor = isBytes(unit) || unit.equals(COUNT) ? 1 : Double.NaN;
        return bytes -> bytes * factor;
    }

    private static double secondsOf(String unit) {
        return SECONDS.getOrDefault(unit, Double.NaN);
    }
}
