package kvbench.generate;

import kvbench.checkpoint.ModelFolder;
import kvbench.model.ElementType;
import kvbench.model.LlamaConfig;
import kvbench.reference.ModelFiles;
import kvbench.reference.RandomWeights;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

/**
 * A Llama made by hand, whose answers are known without computing: of eight tokens each is followed
 * by the next, and 7 by 0.
 *
 * <p>Attention and MLP add nothing to an embedding of one-hot rows, so the head's row n scores
 * token n by its element for the latest token.
 */
final class SuccessorModel {
    static final int TOKENS = 8;
    static final int CONTEXT_LENGTH = 32;

    private static final String CONFIG =
            """
            {"model_type": "llama", "hidden_size": 8, "intermediate_size": 8,
             "num_hidden_layers": 1, "num_attention_heads": 1, "head_dim": 8,
             "vocab_size": 8, "max_position_embeddings": 32, "tie_word_embeddings": false}
            """;

    private SuccessorModel() {}

    /** The model in {@code folder}, some tensors other than usual. */
    static ModelFolder write(Path folder, Map<String, float[]> changed) {
        LlamaConfig config = LlamaConfig.parse(CONFIG, "config.json");
        Function<String, float[]> weights =
                name -> changed.containsKey(name) ? changed.get(name) : weight(name);
        ModelFiles.writeConfig(folder, CONFIG);
        ModelFiles.writeWeights(
                folder.resolve("model.safetensors"),
                RandomWeights.shapes(config),
                weights,
                ElementType.FLOAT32);
        return ModelFolder.find(folder.toString());
    }

    /** The usual head: [next token][latest token]. */
    static float[] head() {
        var head = new float[TOKENS * TOKENS];
        for (int latest = 0; latest < TOKENS; latest++) {
            head[(latest + 1) % TOKENS * TOKENS + latest] = 1;
        }
        return head;
    }

    private static float[] weight(String name) {
        if (name.equals("lm_head.weight")) {
            return head();
        }
        var elements = new float[name.contains("norm") ? TOKENS : TOKENS * TOKENS];
        if (name.contains("norm")) {
            Arrays.fill(elements, 1);
        }
        if (name.equals("model.embed_tokens.weight")) {
            for (int token = 0; token < TOKENS; token++) {
                elements[token * TOKENS + token] = 1;
            }
        }
        return elements;
    }
}
