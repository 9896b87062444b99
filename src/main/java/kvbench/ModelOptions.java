package kvbench;

import kvbench.bench.ModelBenchmark;
import kvbench.checkpoint.ModelFolder;
import kvbench.engine.Computing;
import kvbench.engine.CudaReadiness;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.engine.Threads;

import picocli.CommandLine.Option;

import java.util.Map;

/** The options of every command that opens a model. */
final class ModelOptions {
    @Option(
            names = "--model",
            paramLabel = "PATH_OR_NAME",
            defaultValue = ModelBenchmark.DEFAULT_MODEL,
            description =
                    "A model's folder, or one of those that `models list` names. Default:"
                            + " ${DEFAULT-VALUE}.")
    private String model;

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "Where it runs: cpu, cuda or auto. Default: ${DEFAULT-VALUE}.")
    private String provider;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = Threads.AUTO,
            description =
                    "Threads that work on one operator. Default: ${DEFAULT-VALUE}, as many as there"
                            + " are cores.")
    private String threads;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            defaultValue = Computing.AUTO,
            description =
                    "Type of the graph's numbers and of its cache: float32, float16, bfloat16 or"
                            + " auto. Default: ${DEFAULT-VALUE}, float32 on the CPU and float16 on"
                            + " CUDA.")
    private String dtype;

    @Option(
            names = "--sampling",
            paramLabel = "WHERE",
            defaultValue = Computing.AUTO,
            description =
                    "Who chooses the next token: host, device or auto. Default: ${DEFAULT-VALUE},"
                            + " the host on the CPU and the device on CUDA.")
    private String sampling;

    @Option(
            names = "--allocator",
            paramLabel = "NAME",
            defaultValue = Computing.AUTO,
            description =
                    "Where a cache's buffers come from: arena (ONNX Runtime's), malloc (cudaMalloc)"
                        + " or auto. Default: ${DEFAULT-VALUE}, on CUDA malloc for a cache that is"
                        + " preallocated, else arena.")
    private String allocator;

    ModelFolder folder() {
        return ModelFolder.find(model);
    }

    String name() {
        return model;
    }

    /** How it computes. */
    Computing computing() {
        return Computing.of(
                Map.of(
                                "provider", provider,
                                "threads", threads,
                                "dtype", dtype,
                                "sampling", sampling,
                                "allocator", allocator)
                        ::get);
    }

    /**
     * Opens {@code folder}, making its seeded weights with progress on the error stream where they
     * are not there yet. Says there, too, why auto is the CPU on a machine that is made for CUDA.
     */
    Engine open(ModelFolder folder) {
        if (Provider.parse(provider) == Provider.AUTO) {
            CudaReadiness.here().note().ifPresent(System.err::println);
        }
        try (var progress =
                new ByteProgress("making the seeded weights of " + folder.name(), System.err)) {
            return new Engine(folder, computing(), progress);
        }
    }
}
