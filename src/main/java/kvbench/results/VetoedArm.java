package kvbench.results;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An arm that was not run, since it could not have worked.
 *
 * @param benchmark full name of the benchmark
 * @param params its parameters
 * @param reason why it could not have worked
 */
public record VetoedArm(String benchmark, Map<String, String> params, String reason) {
    public VetoedArm {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    }
}
