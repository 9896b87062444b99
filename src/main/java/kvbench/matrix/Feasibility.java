package kvbench.matrix;

import kvbench.cache.CacheStrategy;
import kvbench.engine.Obstacle;
import kvbench.generate.CacheScope;
import kvbench.model.InputException;
import kvbench.model.KvGeometry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

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
                : cell.copiesOnDevice() ? vetoOfCopying(cell) : vetoOfReading(cell);
    }

    /** What each cell that was looked at asks of its model; those without a model are not there. */
    Map<Cell, Demand> demands() {
        return known;
    }

    /** Why what {@code demand} says cannot work, or empty where it can. */
    Optional<String> veto(Demand demand) {
        return demand.computing()
                .veto(demand.strategy())
                .or(() -> tooSmall(demand))
                .or(() -> tooLong(demand))
                .or(() -> tooLarge(demand))
                .or(() -> tooLargeForDevice(demand));
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

    private Optional<String> vetoOfCopying(Cell cell) {
        Optional<Obstacle> obstacle = machine.cuda().first();
        if (obstacle.isPresent()) {
            return Optional.of(
                    "it copies in the memory of a GPU, and "
                            + Obstacle.CUDA_NOT_USABLE
                            + obstacle.get().words());
        }
        long bytes = Long.parseLong(cell.param("bytes"));
        long needed = MemoryNeed.ofCopying(bytes).certainDeviceBytes();
        OptionalLong there = machine.deviceBytes();
        return there.isEmpty() || needed <= there.getAsLong()
                ? Optional.empty()
                : Optional.of(
                        "two buffers of %,d bytes are more than the %,d bytes of the GPU's memory: choose fewer"
                                .formatted(bytes, there.getAsLong()));
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
            if (need.device().isPresent()) {
                return Optional.of(
                        "%,d private bytes of the model, with the copy of its weights that is cast on the host, are more than the %,d bytes of memory that this process may use: choose a smaller model"
                                .formatted(need.certainBytes(), machine.memoryBytes()));
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

    /** Counts have been seen to fit a {@code long}: {@link #tooLarge} came before. */
    private Optional<String> tooLargeForDevice(Demand demand) {
        MemoryNeed need = MemoryNeed.of(demand);
        OptionalLong there =
                need.device().isPresent() ? machine.deviceBytes() : OptionalLong.empty();
        if (there.isEmpty() || need.certainDeviceBytes() <= there.getAsLong()) {
            return Optional.empty();
        }
        long own = demand.memory().deviceBytes();
        return Optional.of(
                "%,d slots of cache (%s) and %,d bytes of the model are %,d bytes, more than the %,d bytes of the GPU's memory: choose %s"
                        .formatted(
                                need.peakBytes() / demand.geometry().bytesPerToken(),
                                demand.geometry(),
                                own,
                                need.certainDeviceBytes(),
                                there.getAsLong(),
                                own > there.getAsLong()
                                        ? "a smaller model"
                                        : smallerCache(demand)));
    }

    private String smaller(Demand demand) {
        return demand.memory().privateBytes() > machine.memoryBytes()
                ? "a smaller model"
                : smallerCache(demand);
    }

    private static String smallerCache(Demand demand) {
        return demand.capacity() > demand.longestSequence() ? "a smaller capacity" : "fewer tokens";
    }

    @Override
    public void close() {
        demands.close();
    }
}
