package kvbench.memory;

import kvbench.ort.MemoryRange;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Takes {@link Footprint}s of a process that maps certain files of weights. */
final class FootprintReader {
    private static final MemoryRange NOWHERE = new MemoryRange(0, 0);

    private final Set<String> weights;
    private final ProcessMaps maps = new ProcessMaps();
    private final MemoryMXBean java = ManagementFactory.getMemoryMXBean();

    /**
     * @param weights the files, by their paths behind all links, as the kernel tells them
     */
    FootprintReader(Set<Path> weights) {
        this.weights = weights.stream().map(Path::toString).collect(Collectors.toSet());
    }

    Footprint now() {
        Optional<MemoryRange> heap = JavaHeap.range();
        Figure javaOther = Figure.of(java.getNonHeapMemoryUsage().getCommitted());
        return maps.read(heap.orElse(NOWHERE), weights::contains)
                .map(
                        sums ->
                                new Footprint(
                                        Figure.of(sums.resident()),
                                        Figure.of(sums.anonymous()),
                                        heap.isPresent()
                                                ? Figure.of(sums.javaHeap())
                                                : Figure.unknown(JavaHeap.NOT_TOLD),
                                        Figure.of(sums.weights()),
                                        Figure.of(sums.nativeHeap()),
                                        sums.nativeHeaps(),
                                        javaOther))
                .orElseGet(() -> untold(javaOther));
    }

    private static Footprint untold(Figure javaOther) {
        Figure untold = Figure.unknown(ProcessMemory.ONLY_LINUX);
        return new Footprint(untold, untold, untold, untold, untold, List.of(), javaOther);
    }
}
