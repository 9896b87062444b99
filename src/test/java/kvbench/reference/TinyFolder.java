package kvbench.reference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the folder of a model that the commands can open: a Llama of some 70,000 weights, a seed
 * to make them from, and the tokenizer of the embedded model.
 */
public final class TinyFolder {
    /** Tokens of the tokenizer, and rows of the embedding. */
    public static final int VOCAB_SIZE = 2048;

    private static final Path TOKENIZER = Path.of("models", "random-llama-7m", "tokenizer.json");

    private static final String CONFIG =
            """
            {"model_type": "llama", "hidden_act": "silu", "hidden_size": 32,
             "intermediate_size": 48, "num_hidden_layers": 1, "num_attention_heads": 2,
             "num_key_value_heads": 1, "head_dim": %d, "vocab_size": %d,
             "max_position_embeddings": %d, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
             "tie_word_embeddings": true, "bos_token_id": 0, "eos_token_id": 1}
            """;

    private static final int HEAD_DIM = 16;

    private TinyFolder() {}

    /** Makes {@code folder} that of a model with this context length. */
    public static Path write(Path folder, int contextLength) {
        return write(folder, contextLength, HEAD_DIM);
    }

    /** As {@link #write(Path, int)}, with heads of another width. */
    public static Path write(Path folder, int contextLength, int headDim) {
        try {
            Files.createDirectories(folder);
            Files.copy(TOKENIZER, folder.resolve("tokenizer.json"));
            Files.writeString(folder.resolve("seed.json"), "{\"seed\": 7}");
            Files.writeString(
                    folder.resolve("config.json"),
                    CONFIG.formatted(headDim, VOCAB_SIZE, contextLength));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
