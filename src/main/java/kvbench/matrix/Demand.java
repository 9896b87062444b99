package kvbench.matrix;

import kvbench.cache.CacheStrategy;
import kvbench.checkpoint.ModelFolder;
import kvbench.engine.Computing;
import kvbench.engine.ModelMemory;
import kvbench.model.KvGeometry;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a cell asks of its model.
 *
 * @param model the model that the cell names
 * @param computing how it computes
 * @param memory what the model takes beside its caches
 * @param strategy how it caches
 * @param setup what each fork computes before the clock starts, if anything
 * @param invocation what the benchmark's method computes each time it is called, in order
 * @param longestSequence tokens that the model's context must hold
 * @param capacity slots of a cache of fixed capacity, the most that one is given
 */
public record Demand(
        ModelFolder model,
        Computing computing,
        ModelMemory memory,
        CacheStrategy strategy,
        Optional<Stretch> setup,
        List<Stretch> invocation,
        long longestSequence,
        long capacity) {
    public Demand {
        invocation = List.copyOf(invocation);
    }

    /** The size of its caches. */
    public KvGeometry geometry() {
        return model.config().kvGeometry(computing.type());
    }

    /** All that a fork computes, the setup first. */
    List<Stretch> stretches() {
        return Stream.concat(setup.stream(), invocation.stream()).toList();
    }
}
