package kvbench;

import kvbench.bench.ModelBenchmark;
import kvbench.checkpoint.ModelFolder;
import kvbench.engine.CudaReadiness;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.engine.Threads;

import picocli.CommandLine.Option;

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

    ModelFolder folder() {
        return ModelFolder.find(model);
    }

    String name() {
        return model;
    }

    /** The provider that is used. */
    Provider provider() {
        return Provider.parse(provider).resolve();
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
            return new Engine(folder, provider(), Threads.parse(threads), progress);
        }
    }
}
