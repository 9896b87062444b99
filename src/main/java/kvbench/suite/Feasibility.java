package kvbench.suite;

import kvbench.cache.CacheStrategy;
import kvbench.model.InputException;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which cells can work, told before anything is measured.
 *
 * <p>A value that no cell could use (an unknown strategy, a number that is none) is the user's
 * mistake and an {@link InputException}; values that do not go together are a reason to leave the
 * cell out.
 */
final class Feasibility implements AutoCloseable {
    private final Demands demands = new Demands();
    private final Map<Cell, Demand> known = new LinkedHashMap<>();

    /** Why {@code cell} cannot work, or empty where it can. */
    Optional<String> veto(Cell cell) {
        Optional<Demand> demand = demands.of(cell);
        demand.ifPresent(asked -> known.put(cell, asked));
        return demand.flatMap(Feasibility::veto);
    }

    /** What each cell that was looked at asks of its model; those without a model are not there. */
    Map<Cell, Demand> demands() {
        return known;
    }

    private static Optional<String> veto(Demand demand) {
        return tooSmall(demand).or(() -> tooLong(demand));
    }

    private static Optional<String> tooSmall(Demand demand) {
        long sequence = demand.longestSequence();
        return demand.strategy() == CacheStrategy.STATIC && demand.capacity() < sequence
                ? Optional.of(
                        "a capacity of %d does not hold a depth of %d and one step"
                                .formatted(demand.capacity(), sequence - 1))
                : Optional.empty();
    }

    private static Optional<String> tooLong(Demand demand) {
        int contextLength = demand.model().config().contextLength();
        return demand.longestSequence() <= contextLength
                ? Optional.empty()
                : Optional.of(
                        "%,d tokens exceed the context length of %s, %,d"
                                .formatted(
                                        demand.longestSequence(),
                                        demand.model().name(),
                                        contextLength));
    }

    @Override
    public void close() {
        demands.close();
    }
}
