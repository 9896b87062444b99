package kvbench.plan;

import kvbench.engine.CudaReadiness;
import kvbench.engine.Provider;
import kvbench.engine.Threads;
import kvbench.matrix.Cell;
import kvbench.matrix.Demand;
import kvbench.matrix.Machine;
import kvbench.matrix.Matrix;
import kvbench.matrix.MemoryNeed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What may spoil a run that can work all the same, told before anything is measured. */
public final class Warnings {
    private final Matrix matrix;
    private final Machine machine;

    private Warnings(Matrix matrix, Machine machine) {
        this.matrix = matrix;
        this.machine = machine;
    }

    /** A sentence for each thing to know before {@code matrix} is run on {@code machine}. */
    public static List<String> of(Matrix matrix, Machine machine) {
        var warnings = new Warnings(matrix, machine);
        var lines = new ArrayList<String>();
        warnings.provider().ifPresent(lines::add);
        lines.addAll(warnings.threads());
        lines.addAll(warnings.memory());
        return lines;
    }

    /** Why {@code provider=auto} is not what the machine looks made for. */
    private Optional<String> provider() {
        boolean asked =
                matrix.cells().stream()
                        .anyMatch(cell -> Provider.AUTO.toString().equals(cell.param("provider")));
        return asked ? CudaReadiness.here().note() : Optional.empty();
    }

    private Set<String> threads() {
        var lines = new LinkedHashSet<String>();
        for (Cell cell : matrix.cells()) {
            if (cell.copiesOnDevice()) {
                continue;
            }
            int threads = Threads.parse(cell.param("threads"));
            if (threads > machine.processors()) {
                lines.add(
                        "threads=%d: this process may use %d processors, which its threads will share"
                                .formatted(threads, machine.processors()));
            }
        }
        return lines;
    }

    /** One line for each model whose largest arm leaves its weights no room. */
    private List<String> memory() {
        var largest = new LinkedHashMap<String, MemoryNeed>();
        for (Cell cell : matrix.cells()) {
            Demand demand = matrix.demands().get(cell);
            if (demand != null) {
                largest.merge(
                        demand.model().name(),
                        MemoryNeed.of(demand),
                        (a, b) -> a.hostBytes() >= b.hostBytes() ? a : b);
            }
        }
        var lines = new ArrayList<String>();
        largest.forEach(
                (model, need) -> {
                    if (need.hostBytes() > machine.memoryBytes()) {
                        lines.add(
                                "model %s: its weights, %,d bytes mapped from their file, and the %,d bytes that an arm takes beside them are more than the %,d bytes of memory that this process may use: steps will wait for the disk"
                                        .formatted(
                                                model,
                                                need.mappedBytes(),
                                                need.hostBytes() - need.mappedBytes(),
                                                machine.memoryBytes()));
                    }
                });
        return lines;
    }
}
