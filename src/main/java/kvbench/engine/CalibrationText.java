package kvbench.engine;

import kvbench.checkpoint.ModelFolder;
import kvbench.model.LlamaConfig;
import kvbench.text.Tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The text on which scales are measured: none that a benchmark measures. */
final class CalibrationText {
    private static final String RESOURCE = "/kvbench/calibration.txt";

    private CalibrationText() {}

    /** In the model's tokens, as many of them as its context holds. */
    static int[] tokens(ModelFolder model, LlamaConfig config) {
        try (InputStream text = CalibrationText.class.getResourceAsStream(RESOURCE);
                Tokenizer tokenizer = Tokenizer.open(model.tokenizer())) {
            int[] tokens =
                    tokenizer.encode(new String(text.readAllBytes(), StandardCharsets.UTF_8));
            return Arrays.copyOf(tokens, Math.min(tokens.length, config.contextLength()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
