package kvbench.results;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An arm of which some forks have been neither measured nor found to fail: the run was stopped, or
 * goes on.
 *
 * @param benchmark full name of the benchmark
 * @param params its parameters
 * @param missing forks that are still to be run
 * @param forks forks in all
 */
public record UnfinishedArm(String benchmark, Map<String, String> params, int missing, int forks) {
    public UnfinishedArm {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    }

    /** Why it has no result, or not all of it. */
    public String reason() {
        return "unfinished: %d of %d forks are still to be run".formatted(missing, forks);
    }

    /** The arm as a result in which nothing was measured. */
    public JmhResult withoutSamples() {
        return JmhResult.withoutSamples(benchmark, params);
    }
}
