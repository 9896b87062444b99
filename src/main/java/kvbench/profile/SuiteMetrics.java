package kvbench.profile;

import kvbench.memory.Figure;

import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the benchmark that runs in this process found out beside its time: written by the benchmark
 * once per iteration, read by {@link SuiteProfiler}. Thread-safe.
 */
public final class SuiteMetrics {
    private static final Map<String, ScalarResult> OF_ITERATION = new LinkedHashMap<>();

    private SuiteMetrics() {}

    /**
     * Reports one figure of the running iteration; over iterations and forks it is averaged, and of
     * a peak the highest stands.
     *
     * @param name {@code area.quantity}, lower case, without the unit
     * @param value NaN where it could not be measured
     */
    public static synchronized void report(String name, double value, String unit) {
        OF_ITERATION.put(name, new ScalarResult(name, value, unit, SuiteResults.policy(name)));
    }

    /** As {@link #report(String, double, String)}; where the figure is NaN, the reason too. */
    public static synchronized void report(String name, Figure figure, String unit) {
        SuiteResults.of(name, figure, unit)
                .forEach(result -> OF_ITERATION.put(result.getLabel(), result));
    }

    static synchronized Collection<Result<?>> drain() {
        List<Result<?>> results = new ArrayList<>(OF_ITERATION.values());
        OF_ITERATION.clear();
        return results;
    }
}
