package kvbench.context;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run set out to measure, and in which order.
 *
 * @param arms every cell of the matrix that this run measures
 * @param orderSeed what the order of the forks was drawn from
 * @param shard which part of the matrix, as {@code K/N}
 */
public record Plan(List<Arm> arms, long orderSeed, String shard) {

    /**
     * One benchmark with one value for each of its parameters.
     *
     * @param benchmark full name of the method
     * @param params value of each parameter
     * @param forks virtual machines whose figures count
     * @param warmups iterations of one fork that do not count
     * @param measurements iterations of one fork that do
     * @param timedSeconds of all iterations of one fork, or 0 where an iteration is one call
     */
    public record Arm(
            String benchmark,
            Map<String, String> params,
            int forks,
            int warmups,
            int measurements,
            double timedSeconds) {
        public Arm {
            params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
        }
    }

    public Plan {
        arms = List.copyOf(arms);
    }
}
