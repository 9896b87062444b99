package kvbench.matrix;

import kvbench.cache.CacheStrategy;
import kvbench.generate.CacheScope;
import kvbench.model.InputException;
import kvbench.model.KvGeometry;

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
    private final Machine machine;
    private final Demands demands = new Demands();
    private final Map<Cell, Demand> known = new LinkedHashMap<>();

    Feasibility(Machine machine) {
        this.machine = machine;
    }

    /** Why {@code cell} cannot work, or empty where it can. */
    Optional<String> veto(Cell cell) {
        Optional<Demand> demand = demands.of(cell);
        demand.ifPresent(asked -> known.put(cell, asked));
        return demand.isPresent()
                ? veto(demand.get()).or(() -> nothingToKeep(cell, demand.get()))
                : vetoOfReading(cell);
    }

    /** What each cell that was looked at asks of its model; those without a model are not there. */
    Map<Cell, Demand> demands() {
        return known;
    }

    private Optional<String> veto(Demand demand) {
        return demand.computing()
                .veto(demand.strategy())
                .or(() -> tooSmall(demand))
                .or(() -> tooLong(demand))
                .or(() -> tooLarge(demand));
    }

    private static Optional<String> nothingToKeep(Cell cell, Demand demand) {
        return demand.strategy() == CacheStrategy.NONE
                        && CacheScope.SESSION.toString().equals(cell.param("scope"))
                ? Optional.of(
                        "none has no cache to keep from turn to turn: it would measure what"
                                + " scope=turn does")
                : Optional.empty();
    }

    private Optional<String> vetoOfReading(Cell cell) {
        long bytes = Long.parseLong(cell.param("bytes"));
        return bytes <= machine.memoryBytes()
                ? Optional.empty()
                : Optional.of(
                        "%,d bytes to read are more than the %,d bytes of memory that this process may use: choose fewer"
                                .formatted(bytes, machine.memoryBytes()));
    }

    private static Optional<String> tooSmall(Demand demand) {
        long sequence = demand.longestSequence();
        return demand.strategy().isPreallocated() && demand.capacity() < sequence
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

    private Optional<String> tooLarge(Demand demand) {
        KvGeometry geometry = demand.geometry();
        long slots = demand.capacity();
        String needed;
        try {
            MemoryNeed need = MemoryNeed.of(demand);
            if (need.certainBytes() <= machine.memoryBytes()) {
                return Optional.empty();
            }
            slots = need.peakBytes() / geometry.bytesPerToken();
            needed = "%,d".formatted(need.certainBytes());
        } catch (ArithmeticException e) {
            // Only a capacity that somebody named can be as large: a sequence fits the context.
            needed = "more than %,d".formatted(Long.MAX_VALUE);
        }
        return Optional.of(
                "%,d slots of cache (%s) and %,d private bytes of the model are %s bytes, more than the %,d bytes of memory that this process may use: choose %s"
                        .formatted(
                                slots,
                                geometry,
                                demand.memory().privateBytes(),
                                needed,
                                machine.memoryBytes(),
                                smaller(demand)));
    }

    private String smaller(Demand demand) {
        if (demand.memory().privateBytes() > machine.memoryBytes()) {
            return "a smaller model";
        }
        return demand.capacity() > demand.longestSequence() ? "a smaller capacity" : "fewer tokens";
    }

    @Override
    public void close() {
        demands.close();
    }
}
