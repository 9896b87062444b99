package kvbench.plan;

import kvbench.matrix.MemoryNeed;
import kvbench.results.VetoedArm;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run would need, and what it would leave out.
 *
 * @param arms what would be measured, in the order of the matrix
 * @param vetoed what would not, and why
 * @param models the models of the arms
 * @param disk what the run would write
 * @param memoryBytes memory that this process may use, or {@link Long#MAX_VALUE} where Java cannot
 *     tell
 * @param basis a sentence on each thing that the times were computed from
 * @param warnings what may spoil the run
 */
public record Plan(
        List<Arm> arms,
        List<VetoedArm> vetoed,
        List<ModelNeed> models,
        Disk disk,
        long memoryBytes,
        List<String> basis,
        List<String> warnings) {
    public Plan {
        arms = List.copyOf(arms);
        vetoed = List.copyOf(vetoed);
        models = List.copyOf(models);
        basis = List.copyOf(basis);
        warnings = List.copyOf(warnings);
    }

    /**
     * One cell of the matrix.
     *
     * @param benchmark full name of the benchmark
     * @param params its parameters
     * @param forks virtual machines to be started
     * @param seconds expected of all of them
     * @param memory of one fork
     */
    public record Arm(
            String benchmark,
            Map<String, String> params,
            int forks,
            double seconds,
            MemoryNeed memory) {
        public Arm {
            params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
        }
    }

    /**
     * A model of the matrix.
     *
     * @param name as the cells name it
     * @param parameters number of weights
     * @param mappedBytes of the weights' files
     * @param privateBytes of each session, beside those
     * @param toMake the weights, where they are still to be made
     */
    public record ModelNeed(
            String name,
            long parameters,
            long mappedBytes,
            long privateBytes,
            Optional<ToMake> toMake) {}

    /**
     * Weights that are made from a seed before the run.
     *
     * @param disk where, and how large
     * @param asked whether {@code bench} makes them only where {@code models make} was asked to
     */
    public record ToMake(Disk disk, boolean asked) {}

    /**
     * Room on disk.
     *
     * @param folder in which something is written
     * @param bytes that this takes; of a run an estimate, profilers' files not in it
     * @param freeBytes that this user may still write there, or NaN where that cannot be told
     */
    public record Disk(Path folder, long bytes, double freeBytes) {
        /** Whether it surely does not fit. */
        public boolean isFull() {
            return bytes > freeBytes;
        }
    }

    /** Seconds of all arms together. */
    public double seconds() {
        return arms.stream().mapToDouble(Arm::seconds).sum();
    }

    /** Forks of all arms together. */
    public int forks() {
        return arms.stream().mapToInt(Arm::forks).sum();
    }
}
