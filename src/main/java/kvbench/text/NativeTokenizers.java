package kvbench.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;

import kvbench.model.InputException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Opens DJL's binding of the Hugging Face tokenizers, kept from the network and from the GPU.
 *
 * <p>Left alone it asks the CUDA runtime for devices, downloads a CUDA flavour where it finds one,
 * and reports its use to its makers: nothing that a benchmark wants in its process. The switches
 * are those that {@code ai.djl.util.Utils}, {@code CudaUtils}, {@code Ec2Utils} and {@code
 * LibUtils} read; an environment variable or a property that the user set comes first.
 */
final class NativeTokenizers {
    private static final Map<String, String> SWITCHES =
            Map.of(
                    "RUST_FLAVOR", "cpu",
                    "ai.djl.offline", "true",
                    "OPT_OUT_TRACKING", "true");

    /**
     * With it {@code CudaUtils} binds no CUDA runtime when it is loaded, and then sees no device.
     */
    private static final String NO_CUDA_SWITCH = "ai.djl.util.cuda.fork";

    private static final String CUDA_CLASS = "ai.djl.util.cuda.CudaUtils";

    /** Nothing may shorten or fill up what is measured. */
    private static final Map<String, String> OPTIONS =
            Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false");

    static {
        SWITCHES.forEach((name, value) -> System.getProperties().putIfAbsent(name, value));
        keepFromCuda();
    }

    private NativeTokenizers() {}

    /**
     * Opens a tokenizer, which the caller closes.
     *
     * @param source the file's name, for messages
     * @throws InputException if the native library cannot be loaded or refuses the file
     */
    static HuggingFaceTokenizer open(String json, String source) {
        requireLibrary();
        try (var bytes = new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8))) {
            return HuggingFaceTokenizer.newInstance(bytes, OPTIONS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw InputException.unusable(
                    "%s: expected a Hugging Face tokenizer.json, found one that the tokenizer refuses (%s). Get the file again."
                            .formatted(source, e.getMessage()),
                    e);
        }
    }

    private static void requireLibrary() {
        try {
            LibUtils.checkStatus();
        } catch (EngineException | LinkageError e) {
            Throwable reason = e;
            while (reason.getCause() != null) {
                reason = reason.getCause();
            }
            throw InputException.unusable(
                    "tokenizer: expected to unpack and load its native library for %s %s, found: %s. Set DJL_CACHE_DIR to a folder that can be written, or RUST_LIBRARY_PATH to a library built for this machine."
                            .formatted(
                                    System.getProperty("os.name"),
                                    System.getProperty("os.arch"),
                                    reason.getMessage()),
                    e);
        }
    }

    /** The switch counts while the class is loaded; left on, a second JVM would be started. */
    private static void keepFromCuda() {
        String before = System.setProperty(NO_CUDA_SWITCH, "true");
        try {
            Class.forName(CUDA_CLASS);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the tokenizer's library has changed", e);
        } finally {
            if (before == null) {
                System.clearProperty(NO_CUDA_SWITCH);
            } else {
                System.setProperty(NO_CUDA_SWITCH, before);
            }
        }
    }
}
