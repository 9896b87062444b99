package kvbench.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An arm that was run and gave no result.
 *
 * @param benchmark full name of the benchmark
 * @param params its parameters
 * @param reason what went wrong
 */
public record FailedArm(String benchmark, Map<String, String> params, String reason) {
    public FailedArm {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    }
}
