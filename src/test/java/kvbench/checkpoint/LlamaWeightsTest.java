package kvbench.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.model.LlamaConfig;

import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.List;

class LlamaWeightsTest {
    @Test
    void namesAndShapesAreThoseOfHuggingFace() {
        LlamaConfig config =
                LlamaConfig.parse(
                        """
                        {"model_type": "llama", "hidden_size": 64, "intermediate_size": 172,
                         "num_hidden_layers": 1, "num_attention_heads": 8,
                         "num_key_value_heads": 4, "head_dim": 16, "vocab_size": 512,
                         "max_position_embeddings": 64}\
                        """,
                        "config.json");
        var expected = new LinkedHashMap<String, List<Long>>();
        expected.put("model.embed_tokens.weight", List.of(512L, 64L));
        expected.put("model.layers.0.input_layernorm.weight", List.of(64L));
        expected.put("model.layers.0.self_attn.q_proj.weight", List.of(128L, 64L));
        expected.put("model.layers.0.self_attn.k_proj.weight", List.of(64L, 64L));
        expected.put("model.layers.0.self_attn.v_proj.weight", List.of(64L, 64L));
        expected.put("model.layers.0.self_attn.o_proj.weight", List.of(64L, 128L));
        expected.put("model.layers.0.post_attention_layernorm.weight", List.of(64L));
        expected.put("model.layers.0.mlp.gate_proj.weight", List.of(172L, 64L));
        expected.put("model.layers.0.mlp.up_proj.weight", List.of(172L, 64L));
        expected.put("model.layers.0.mlp.down_proj.weight", List.of(64L, 172L));
        expected.put("model.norm.weight", List.of(64L));
        expected.put("lm_head.weight", List.of(512L, 64L));
        assertEquals(
                List.copyOf(expected.entrySet()),
                List.copyOf(LlamaWeights.shapes(config).entrySet()));
    }

    @Test
    void aTiedHeadIsNotListed() {
        var shapes = LlamaWeights.shapes(TestFiles.TINY);
        assertEquals("model.norm.weight", shapes.lastEntry().getKey());
        assertEquals(1 + 2 * 9 + 1, shapes.size());
    }

    @Test
    void shapesHoldAsManyElementsAsTheConfigCounts() {
        long elements =
                LlamaWeights.shapes(TestFiles.TINY).values().stream()
                        .mapToLong(shape -> shape.stream().reduce(1L, (a, b) -> a * b))
                        .sum();
        assertEquals(TestFiles.TINY.parameters(), elements);
    }
}
