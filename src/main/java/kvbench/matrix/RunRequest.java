package kvbench.matrix;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a user asks of a run.
 *
 * @param words {@code --suite NAME} first, if at all; options of JMH and patterns for benchmarks
 * @param parent folder of all runs
 * @param label what the run is called
 * @param shard which part of the matrix
 * @param repeatArms strategies that are measured once more, as arms of their own (A/A)
 * @param seed what the order of the forks is drawn from, or empty for one of the suite's choice
 */
public record RunRequest(
        List<String> words,
        Path parent,
        String label,
        Shard shard,
        List<String> repeatArms,
        OptionalLong seed) {
    public RunRequest {
        words = List.copyOf(words);
        repeatArms = List.copyOf(repeatArms);
    }
}
