package kvbench.results;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One fork of an arm that was run and gave no result, or one in which turns failed.
 *
 * @param benchmark full name of the benchmark
 * @param params its parameters
 * @param fork number of the fork, from 1
 * @param succeededTurns turns that are in no result although they ended well: the fork died later
 * @param lostTurns turns that are in no result and did not end well, or never began
 * @param reason what went wrong
 */
public record FailedArm(
        String benchmark,
        Map<String, String> params,
        int fork,
        int succeededTurns,
        int lostTurns,
        String reason) {
    public FailedArm {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    }

    /** The arm as a result in which nothing was measured. */
    public JmhResult withoutSamples() {
        return JmhResult.withoutSamples(benchmark, params);
    }
}
