package kvbench;

import kvbench.context.Cpu;
import kvbench.context.Host;
import kvbench.context.Jvm;
import kvbench.context.Memory;
import kvbench.engine.CudaFacts.Gpu;
import kvbench.engine.CudaReadiness;
import kvbench.engine.Obstacle;
import kvbench.engine.Provider;
import kvbench.gpu.Reading;
import kvbench.natives.CudaLibraries;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What {@code doctor} found.
 *
 * @param wanted the provider that was asked for
 * @param obstacles what keeps CUDA from being used
 * @param trials those that were made, that of the CPU first
 */
record Diagnosis(
        Provider wanted,
        Machine machine,
        CudaReadiness cuda,
        List<Obstacle> obstacles,
        List<Trial> trials) {

    /** The machine under it all. */
    record Machine(Host host, Cpu cpu, Memory memory, Jvm jvm) {
        static Machine here() {
            return new Machine(Host.here(), Cpu.here(), Memory.here(), Jvm.here());
        }
    }

    Diagnosis {
        obstacles = List.copyOf(obstacles);
        trials = List.copyOf(trials);
    }

    /**
     * Looks at everything, and has a model run where it can: without ONNX Runtime nowhere.
     *
     * @param trial runs it on these providers
     */
    static Diagnosis of(
            Provider wanted, CudaReadiness cuda, Function<List<Provider>, List<Trial>> trial) {
        List<Obstacle> obstacles = cuda.all();
        boolean onCuda = wanted != Provider.CPU && obstacles.isEmpty();
        return new Diagnosis(
                wanted,
                Machine.here(),
                cuda,
                obstacles,
                hasRuntime(cuda)
                        ? trial.apply(
                                onCuda
                                        ? List.of(Provider.CPU, Provider.CUDA)
                                        : List.of(Provider.CPU))
                        : List.of());
    }

    private static boolean hasRuntime(CudaReadiness cuda) {
        return cuda.facts().runtime() instanceof Reading.Known;
    }

    /** CUDA's libraries, where ONNX Runtime has a provider that needs them. */
    Optional<CudaLibraries> libraries() {
        boolean hasProvider =
                cuda.facts().runtime().map(build -> build.hasCuda()).orElse(why -> false)
                        && cuda.facts().missingProviderFiles().isEmpty();
        return hasProvider
                ? cuda.facts().libraries().map(Optional::of).orElse(why -> Optional.empty())
                : Optional.empty();
    }

    /** Whether CUDA was asked for, or a driver says that it was meant to be used. */
    boolean isCudaWanted() {
        return switch (wanted) {
            case CUDA -> true;
            case AUTO -> cuda.hasDriver();
            case CPU -> false;
        };
    }

    boolean isReady(Provider provider) {
        return trial(provider).map(Trial::isFine).orElse(false);
    }

    private Optional<Trial> trial(Provider provider) {
        return trials.stream().filter(trial -> trial.provider() == provider).findFirst();
    }

    int exitCode() {
        boolean ran = trial(Provider.CPU).map(trial -> trial.failure().isEmpty()).orElse(false);
        if (!ran) {
            return ExitCode.COULD_NOT_RUN;
        }
        return isReady(Provider.CPU) && (!isCudaWanted() || isReady(Provider.CUDA))
                ? ExitCode.FINE
                : ExitCode.ANSWER_IS_NO;
    }

    /** What it comes to, in one line. */
    String verdict() {
        if (!hasRuntime(cuda)) {
            return "Ready: nothing, since no ONNX Runtime can be loaded; to mend it: see what is"
                    + " said of it above.";
        }
        String cpu = "CPU: not usable, " + fault(Provider.CPU) + ".";
        if (isReady(Provider.CUDA)) {
            String gpus =
                    cuda.visibleGpus().stream()
                            .map(Diagnosis::name)
                            .collect(Collectors.joining(", "));
            return isReady(Provider.CPU)
                    ? "Ready: CPU, CUDA (%s).".formatted(gpus)
                    : "Ready: CUDA (%s). %s".formatted(gpus, cpu);
        }
        String first = isReady(Provider.CPU) ? "Ready: CPU." : "Ready: nothing. " + cpu;
        return wanted == Provider.CPU
                ? first + " CUDA: not asked for."
                : "%s CUDA: not usable, %s.".formatted(first, fault(Provider.CUDA));
    }

    /** What else has to be mended before CUDA can be used, a line for each. */
    List<String> besides() {
        return wanted == Provider.CPU
                ? List.of()
                : obstacles.stream()
                        .skip(1)
                        .map(obstacle -> "Besides, %s.".formatted(obstacle.words()))
                        .toList();
    }

    private String fault(Provider provider) {
        Optional<Trial> trial = trial(provider);
        if (trial.isEmpty()) {
            return obstacles.stream()
                    .findFirst()
                    .map(Obstacle::words)
                    .orElse("since the CPU, which it is held against, does not run");
        }
        return trial.get()
                .failure()
                .map(why -> "since the trial failed: " + why.replaceFirst("\\.$", ""))
                .orElse(
                        "since %s; to mend it: run verify %s and report what it says"
                                .formatted(
                                        provider == Provider.CUDA
                                                ? "its scores in the trial are not those of the CPU"
                                                : "its tokens in the trial are not those without a"
                                                        + " cache",
                                        provider == Provider.CUDA
                                                ? "--provider cuda --reference cpu"
                                                : "--provider cpu"));
    }

    static String name(Gpu gpu) {
        return gpu.name().orElse(why -> "GPU " + gpu.index());
    }

    /** Memory that is free on a GPU, in bytes; NaN where it does not tell. */
    static double freeBytes(Gpu gpu) {
        return gpu.memory()
                .map(
                        memory ->
                                memory.totalBytes()
                                        - memory.usedBytes()
                                        - (Double.isNaN(memory.reservedBytes())
                                                ? 0
                                                : memory.reservedBytes()))
                .orElse(why -> Double.NaN);
    }

    static double totalBytes(Gpu gpu) {
        return gpu.memory().map(memory -> (double) memory.totalBytes()).orElse(why -> Double.NaN);
    }

    /** What was read, or {@code unknown:} and why. */
    static String told(Reading<?> reading) {
        return reading.<String>map(String::valueOf).orElse(why -> "unknown: " + why);
    }
}
