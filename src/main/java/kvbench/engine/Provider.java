package kvbench.engine;

import kvbench.model.InputException;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Where a model runs, as a user asks for it. */
public enum Provider {
    /** CUDA where all that it needs is there, else the CPU. */
    AUTO,
    CPU,
    CUDA;

    /** The provider that a user calls {@code name}, as in {@code --provider cpu}. */
    public static Provider parse(String name) {
        return Arrays.stream(values())
                .filter(provider -> provider.toString().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                InputException.wrongUse(
                                        "unknown provider \"%s\": expected one of %s."
                                                .formatted(name, String.join(", ", names()))));
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(Provider::toString).toList();
    }

    /**
     * The provider that is used: never {@link #AUTO}.
     *
     * <p>What decides is found once in a process: see {@link CudaReadiness#here}.
     *
     * @throws InputException if {@link #CUDA} was asked for and something is missing, with the
     *     first thing that is
     */
    public Provider resolve() {
        return resolve(CudaReadiness::here);
    }

    Provider resolve(Supplier<CudaReadiness> cuda) {
        return switch (this) {
            case CPU -> CPU;
            case AUTO -> cuda.get().isReady() ? CUDA : CPU;
            case CUDA -> {
                cuda.get().require();
                yield CUDA;
            }
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
