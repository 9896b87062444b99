package kvbench.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A cell that a run set out to measure.
 *
 * @param index its place in the whole matrix, from 0, of which a shard is a part
 * @param benchmark full name of the benchmark
 * @param params value of each of its parameters
 * @param forks forks that are measured
 * @param turns turns that one fork measures, or 0 where the benchmark has no turns
 */
public record PlannedCell(
        int index, String benchmark, Map<String, String> params, int forks, int turns) {
    private static final String STRATEGY = "strategy";

    public PlannedCell {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    }

    /** The parameter that tells the arms of a comparison apart; empty where there is none. */
    String strategy() {
        return params.getOrDefault(STRATEGY, "");
    }

    /** Its parameters but for the strategy: what the arms of a comparison have in common. */
    Map<String, String> commonParams() {
        var common = new LinkedHashMap<>(params);
        common.remove(STRATEGY);
        return common;
    }

    /** Whether both measure the same with strategies of their own. */
    boolean isComparedWith(PlannedCell other) {
        return benchmark.equals(other.benchmark) && commonParams().equals(other.commonParams());
    }

    /** Whether both measure the same, wherever they stand in their matrices. */
    boolean isSameAs(PlannedCell other) {
        return benchmark.equals(other.benchmark) && params.equals(other.params);
    }
}
