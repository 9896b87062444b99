package kvbench.profile;

import java.util.Map;
import java.util.stream.Collectors;

/** What benchmarks have reported in this process, for tests of other rooms. */
public final class ReportedMetrics {
    private ReportedMetrics() {}

    /** The figures since the last call, by name. */
    public static Map<String, Double> drain() {
        return SuiteMetrics.drain().stream()
                .collect(
                        Collectors.toMap(result -> result.getLabel(), result -> result.getScore()));
    }
}
