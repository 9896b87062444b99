package kvbench.profile;

import kvbench.memory.Figure;

import org.openjdk.jmh.results.IterationResult;

import java.util.OptionalLong;

/** Figures per operation of an iteration, as JMH counts them, and per token. */
final class Operations {
    private Operations() {}

    static Figure per(Figure total, IterationResult result) {
        if (!total.known()) {
            return total;
        }
        long operations = result.getMetadata().getAllOps();
        return operations == 0
                ? Figure.unknown("no operation ended in the iteration")
                : Figure.of(total.value() / operations);
    }

    /** Per token that the benchmark has told of. */
    static Figure perToken(Figure total, OptionalLong tokens) {
        if (!total.known()) {
            return total;
        }
        return tokens.orElse(0) == 0
                ? Figure.unknown("the benchmark tells of no token in the iteration")
                : Figure.of(total.value() / tokens.getAsLong());
    }
}
