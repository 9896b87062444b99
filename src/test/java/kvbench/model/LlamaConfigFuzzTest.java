package kvbench.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

import kvbench.untrusted.Nasty;
import kvbench.untrusted.Reader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Whatever a {@code config.json} says. */
class LlamaConfigFuzzTest {
    private static final Path PUBLISHED = Path.of("models", "llama-3.2-1b-shape", "config.json");

    @DictionaryEntries({
        "\"model_type\"",
        "\"llama\"",
        "\"hidden_size\"",
        "\"intermediate_size\"",
        "\"num_hidden_layers\"",
        "\"num_attention_heads\"",
        "\"num_key_value_heads\"",
        "\"head_dim\"",
        "\"vocab_size\"",
        "\"max_position_embeddings\"",
        "\"rms_norm_eps\"",
        "\"rope_theta\"",
        "\"rope_scaling\"",
        "\"rope_parameters\"",
        "\"rope_type\"",
        "\"llama3\"",
        "\"factor\"",
        "\"low_freq_factor\"",
        "\"high_freq_factor\"",
        "\"original_max_position_embeddings\"",
        "\"tie_word_embeddings\"",
        "\"bos_token_id\"",
        "\"eos_token_id\"",
        "\"hidden_act\"",
        "\"silu\"",
        "null",
        "true",
        "1e999",
        "[]",
        "{}"
    })
    @FuzzTest(maxDuration = "1m")
    void isAShapeOrIsRefused(byte[] file) {
        String json = new String(file, StandardCharsets.UTF_8);

        Reader.ofJson()
                .read(file.length, () -> LlamaConfig.parse(json, "config.json"))
                .ifPresent(LlamaConfigFuzzTest::assertCanBeComputed);
    }

    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Test
    void everyFieldMayBeAnything() throws IOException {
        Nasty.of(Files.readString(PUBLISHED), this::isAShapeOrIsRefused);
    }

    private static void assertCanBeComputed(LlamaConfig config) {
        assertTrue(config.parameters() > 0, config::toString);
        assertTrue(config.queryWidth() > 0, config::toString);
        assertTrue(
                config.kvGeometry(ElementType.FLOAT32).bytes(config.contextLength()) > 0,
                config::toString);
        assertTrue(
                Arrays.stream(config.rope().frequencies(config.headDim()))
                        .allMatch(frequency -> Double.isFinite(frequency) && frequency >= 0),
                config::toString);
    }
}
