package kvbench.engine;

import kvbench.model.InputException;
import kvbench.ort.OrtEnvironment;
import kvbench.ort.OrtLibrary;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Where a model runs, as a user asks for it. */
public enum Provider {
    /** The best that this version can use, which is the CPU: see {@link #resolve}. */
    AUTO,
    CPU,
    CUDA;

    private static final String CUDA_PROVIDER = "CUDAExecutionProvider";

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
     * <p>The graphs are float32, and ONNX Runtime's GroupQueryAttention has no float32 kernel for
     * CUDA; {@link #AUTO} is therefore the CPU.
     *
     * @throws InputException if {@link #CUDA} was asked for
     */
    public Provider resolve() {
        if (this != CUDA) {
            return CPU;
        }
        List<String> available = OrtEnvironment.availableProviders();
        if (!available.contains(CUDA_PROVIDER)) {
            OrtLibrary library = OrtLibrary.get();
            throw InputException.unusable(
                    "provider cuda: expected an ONNX Runtime built with CUDA, found %s (%s) with %s. Name such a library with -D%s=PATH, or use provider cpu."
                            .formatted(
                                    library.version(),
                                    library.path(),
                                    String.join(", ", available),
                                    OrtLibrary.PATH_PROPERTY));
        }
        throw InputException.unusable(
                "provider cuda: expected attention kernels for float32, found that CUDA's"
                        + " GroupQueryAttention takes float16 and bfloat16 only, and this version"
                        + " exports float32 graphs. Use provider cpu.");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
