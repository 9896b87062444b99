package kvbench.profile;

import kvbench.memory.Figure;

import org.openjdk.jmh.results.IterationResult;

/** Figures per operation of an iteration, as JMH counts them. */
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
}
