package kvbench.reference;

import kvbench.model.LlamaConfig;

import java.util.Locale;
import java.util.function.Function;

/**
 * Small Llamas that differ in what an implementation can get wrong, for checks against {@link
 * ReferenceLlama}.
 */
public enum LlamaShapes {
    /** As many KV heads as heads; {@code num_key_value_heads} and {@code head_dim} by default. */
    MULTI_HEAD(
            """
            "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "vocab_size": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
            "tie_word_embeddings": true
            """),

    /** Three query heads share a KV head. */
    GROUPED(
            """
            "hidden_size": 48, "intermediate_size": 80, "num_hidden_layers": 2,
            "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 8,
            "vocab_size": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "rope_scaling": null,
            "tie_word_embeddings": false
            """),

    /** All query heads share the one KV head. */
    MULTI_QUERY(
            """
            "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
            "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 8,
            "vocab_size": 64, "rms_norm_eps": 1e-6, "rope_theta": 10000.0,
            "tie_word_embeddings": true
            """),

    /** Nothing divides anything, hidden is not heads times head dim, and epsilon is felt. */
    ODD_SIZES(
            """
            "hidden_size": 27, "intermediate_size": 37, "num_hidden_layers": 3,
            "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 8,
            "vocab_size": 101, "rms_norm_eps": 0.01, "rope_theta": 500.0,
            "tie_word_embeddings": false
            """),

    /** Llama 3.1's scaling: of four pairs one keeps its pace, one is blended, two are slowed. */
    SCALED_ROPE(
            """
            "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
            "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8,
            "vocab_size": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
            "rope_scaling": {
                "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                "high_freq_factor": 4.0, "original_max_position_embeddings": 64
            },
            "tie_word_embeddings": true
            """),

    /** Heads as wide as those of Llama 3.2 1B, wider together than hidden. */
    WIDE_HEADS(
            """
            "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2,
            "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 64,
            "vocab_size": 64, "rms_norm_eps": 1e-5,
            "rope_parameters": {"rope_type": "default", "rope_theta": 500000.0},
            "tie_word_embeddings": false
            """),

    /** What Llama 3.2 has, all at once: grouped heads, Llama 3.1's scaling, a tied head. */
    LLAMA_3_2(
            """
            "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2,
            "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 16,
            "vocab_size": 64, "rms_norm_eps": 1e-5, "rope_theta": 500000.0,
            "rope_scaling": {
                "rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0,
                "high_freq_factor": 4.0, "original_max_position_embeddings": 128
            },
            "tie_word_embeddings": true
            """);

    private static final String COMMON_FIELDS =
            """
            "model_type": "llama", "hidden_act": "silu", "max_position_embeddings": 512,
            "attention_bias": false, "mlp_bias": false, "bos_token_id": 1, "eos_token_id": 2,
            """;

    private final String fields;

    LlamaShapes(String fields) {
        this.fields = fields;
    }

    /** The text of a Hugging Face {@code config.json}. */
    public String configJson() {
        return "{\n" + COMMON_FIELDS + fields + "}\n";
    }

    /** What {@link LlamaConfig#parse} makes of {@link #configJson()}. */
    public LlamaConfig config() {
        return LlamaConfig.parse(configJson(), toString());
    }

    /** Random weights for this shape, the same for the same seed. */
    public Function<String, float[]> weights(long seed) {
        return new RandomWeights(config(), seed);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
