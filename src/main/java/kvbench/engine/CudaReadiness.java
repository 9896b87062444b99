package kvbench.engine;

import kvbench.engine.CudaFacts.Gpu;
import kvbench.engine.CudaFacts.OrtBuild;
import kvbench.gpu.DeviceMemory;
import kvbench.gpu.Reading;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether models can run on CUDA here, and what keeps them from it.
 *
 * <p>Where all is there, CUDA's libraries have been loaded into this process, so that ONNX
 * Runtime's provider and {@code kvbench.gpu} find them by their names.
 */
public final class CudaReadiness {
    private static Optional<CudaReadiness> here = Optional.empty();

    private final CudaFacts facts;

    /** As {@code facts} have it. */
    public CudaReadiness(CudaFacts facts) {
        this.facts = facts;
    }

    /** That of this process, found once. Thread-safe. */
    public static synchronized CudaReadiness here() {
        if (here.isEmpty()) {
            here = Optional.of(new CudaReadiness(new CudaMachine()));
        }
        return here.get();
    }

    /** What it was judged by. */
    public CudaFacts facts() {
        return facts;
    }

    /** Whether CUDA can be used. Quick where there is no driver: nothing else is then asked for. */
    public boolean isReady() {
        return hasDriver() && first().isEmpty();
    }

    /** Whether this machine has an NVIDIA driver, be it one that does not answer this process. */
    public boolean hasDriver() {
        return facts.kernelDriver().isPresent() || facts.driver() instanceof Reading.Known;
    }

    /** The first thing that is missing; what comes behind it is not looked for. */
    public Optional<Obstacle> first() {
        return new CudaChecks(facts).obstacles().findFirst();
    }

    /** All that is missing and can be told. */
    public List<Obstacle> all() {
        return new CudaChecks(facts).obstacles().toList();
    }

    /** The GPUs that CUDA may use; empty where the driver does not tell. */
    public List<Gpu> visibleGpus() {
        return VisibleGpus.of(facts);
    }

    /**
     * Memory of the largest GPU that CUDA may use, in bytes; empty where the driver does not tell.
     */
    public OptionalLong largestMemoryBytes() {
        return visibleGpus().stream()
                .mapToLong(gpu -> gpu.memory().map(DeviceMemory::totalBytes).orElse(why -> 0L))
                .filter(bytes -> bytes > 0)
                .max();
    }

    /**
     * Returns where CUDA can be used.
     *
     * @throws kvbench.model.InputException if it cannot, with the first thing that is missing
     */
    void require() {
        first().ifPresent(
                        obstacle -> {
                            throw obstacle.asException();
                        });
    }

    /** One line of what {@code provider=auto} takes, and why not CUDA where that is not it. */
    public String line() {
        return first().map(
                        obstacle ->
                                "provider auto is cpu: %s%s."
                                        .formatted(Obstacle.CUDA_NOT_USABLE, obstacle.words()))
                .orElse("provider auto is cuda.");
    }

    /**
     * {@link #line}, where it is the CPU though a driver, or a runtime with CUDA, says that CUDA
     * was meant to be used; empty elsewhere.
     */
    public Optional<String> note() {
        boolean meant = hasDriver() || facts.runtime().map(OrtBuild::hasCuda).orElse(why -> false);
        return meant && !isReady() ? Optional.of(line()) : Optional.empty();
    }
}
