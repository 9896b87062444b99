package kvbench.engine;

import kvbench.engine.CudaFacts.Gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The GPUs that CUDA may use in this process.
 *
 * <p>Source: {@code CUDA_VISIBLE_DEVICES} of the CUDA C++ Programming Guide: numbers or beginnings
 * of UUIDs, up to the first that is none.
 */
final class VisibleGpus {
    private static final String INSTANCE = "MIG-";

    private VisibleGpus() {}

    /** Those of this machine; empty where the driver does not tell. */
    static List<Gpu> of(CudaFacts facts) {
        return facts.driver()
                .then(CudaFacts.Driver::gpus)
                .map(all -> of(all, facts.visibleDevices()))
                .orElse(why -> List.of());
    }

    /** Those of {@code all} that {@code variable} lets through; all where it is not set. */
    static List<Gpu> of(List<Gpu> all, Optional<String> variable) {
        if (variable.isEmpty()) {
            return all;
        }
        var visible = new ArrayList<Gpu>();
        for (String entry : variable.get().split(",")) {
            String word = entry.strip();
            if (word.startsWith(INSTANCE)) {
                // Of which GPU it is a part, its name does not tell.
                return all;
            }
            Optional<Gpu> gpu =
                    all.stream().filter(candidate -> isCalled(candidate, word)).findFirst();
            if (gpu.isEmpty()) {
                break;
            }
            visible.add(gpu.get());
        }
        return List.copyOf(visible);
    }

    private static boolean isCalled(Gpu gpu, String word) {
        return word.equals(Integer.toString(gpu.index()))
                || word.startsWith("GPU-")
                        && gpu.uuid().map(uuid -> uuid.startsWith(word)).orElse(why -> false);
    }
}
