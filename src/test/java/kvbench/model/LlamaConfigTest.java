package kvbench.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

class LlamaConfigTest {
    private static final String MENDS =
            ". Use a Llama's config.json (models list names those at hand).";

    private static final String SMALL =
            """
            {"model_type": "llama", "hidden_size": 64, "intermediate_size": 172,
             "num_hidden_layers": 5, "num_attention_heads": 8, "num_key_value_heads": 4,
             "vocab_size": 512, "max_position_embeddings": 1024}\
            """;

    @Test
    void readsThePublishedShapeOfLlama32With1B() throws IOException {
        assertEquals(
                new LlamaConfig(
                        2048,
                        8192,
                        16,
                        32,
                        8,
                        64,
                        128_256,
                        131_072,
                        1e-5,
                        new Rope(500_000, Optional.of(new Rope.Llama3Scaling(32, 1, 4, 8192))),
                        true,
                        OptionalInt.of(128_000),
                        List.of(128_001)),
                bundled("llama-3.2-1b-shape"));
    }

    @Test
    void countsThePublishedParametersOfLlama32With1B() throws IOException {
        assertEquals(1_235_814_400L, bundled("llama-3.2-1b-shape").parameters());
    }

    @Test
    void readsTheEmbeddedModel() throws IOException {
        LlamaConfig config = bundled("random-llama-7m");
        assertEquals(256, config.hiddenSize());
        assertEquals(704, config.intermediateSize());
        assertEquals(8, config.layers());
        assertEquals(8, config.heads());
        assertEquals(2, config.kvHeads());
        assertEquals(32, config.headDim());
        assertEquals(16_384, config.contextLength());
        assertEquals(1e-5, config.rmsNormEps());
        assertEquals(new Rope(10_000, Optional.empty()), config.rope());
        assertTrue(config.tiedEmbeddings());
        assertEquals(OptionalInt.of(0), config.bosTokenId());
        assertEquals(List.of(1), config.eosTokenIds());
    }

    @Test
    void fillsInWhatHuggingFaceLeavesOut() {
        LlamaConfig config = parse(SMALL.replace("\"num_key_value_heads\": 4,", ""));
        assertEquals(8, config.kvHeads());
        assertEquals(8, config.headDim());
        assertEquals(1e-6, config.rmsNormEps());
        assertEquals(new Rope(10_000, Optional.empty()), config.rope());
        assertFalse(config.tiedEmbeddings());
        assertEquals(OptionalInt.empty(), config.bosTokenId());
        assertEquals(List.of(), config.eosTokenIds());
    }

    @Test
    void countsAHeadOfItsOwnAndATiedOneOnce() {
        // 5 x (64x64 + 32x64 + 32x64 + 64x64 + 3x64x172 + 2x64) + 64, and 512x64 for each of
        // embedding and head
        assertEquals(292_800 - 65_536 + 65_536, parse(SMALL).parameters());
        assertEquals(292_800 - 32_768, parse(with("\"tie_word_embeddings\": true")).parameters());
    }

    @Test
    void widthOfTheHeadsIsThatOfAllHeadsTogether() {
        LlamaConfig config = parse(with("\"head_dim\": 16"));
        assertEquals(128, config.queryWidth());
        assertEquals(64, config.kvWidth());
    }

    @Test
    void readsRopeWhereTransformers5WritesIt() {
        LlamaConfig config =
                parse(
                        with(
                                "\"rope_parameters\": {\"rope_type\": \"llama3\", \"rope_theta\":"
                                        + " 5e5, \"factor\": 32, \"low_freq_factor\": 1,"
                                        + " \"high_freq_factor\": 4,"
                                        + " \"original_max_position_embeddings\": 8192}"));
        assertEquals(
                new Rope(500_000, Optional.of(new Rope.Llama3Scaling(32, 1, 4, 8192))),
                config.rope());
    }

    @Test
    void acceptsEndTokensAsOneOrAsAList() {
        assertEquals(List.of(2), parse(with("\"eos_token_id\": 2")).eosTokenIds());
        assertEquals(List.of(2, 3), parse(with("\"eos_token_id\": [2, 3]")).eosTokenIds());
        assertEquals(List.of(), parse(with("\"eos_token_id\": null")).eosTokenIds());
    }

    @Test
    void refusesTextThatIsNotJson() {
        assertEquals(
                "config.json: expected a JSON object, found text that is not JSON (Unrecognized"
                    + " token 'hello': was expecting (JSON String, Number, Array, Object or token"
                    + " 'null', 'true' or 'false')). Get the file again.",
                complaint("hello"));
    }

    @Test
    void refusesAnEmptyFile() {
        assertEquals(
                "config.json: expected a JSON object, found an empty file. Get the file again.",
                complaint(""));
    }

    @Test
    void refusesAnArray() {
        assertEquals(
                "config.json: expected a JSON object, found [1]. Get the file again.",
                complaint("[1]"));
    }

    @Test
    void refusesTextBehindTheObject() {
        assertTrue(
                complaint(SMALL + " {}").startsWith("config.json: expected a JSON object, found"));
    }

    @Test
    void refusesAFieldGivenTwice() {
        String complaint = complaint(with("\"hidden_size\": 128"));
        assertTrue(
                complaint.startsWith(
                        "config.json: expected a JSON object, found text that is not JSON"
                                + " (Duplicate"),
                complaint);
        assertTrue(complaint.contains("hidden_size"), complaint);
    }

    @Test
    void refusesDeepNestingInsteadOfRunningOutOfStack() {
        String complaint = complaint("{\"a\":" + "[".repeat(1_000_000));
        assertTrue(complaint.contains("nesting depth"), complaint);
    }

    @Test
    void quotesOnlyTheBeginningOfWhatItFound() {
        String complaint = complaint(with("\"attention_bias\": \"" + "x".repeat(100_000) + "\""));
        assertEquals(
                "config.json: expected \"attention_bias\" to be true or false, found \""
                        + "x".repeat(119)
                        + "..."
                        + MENDS,
                complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "model_type": "llama"         | "model_type": "gpt2"          | "model_type": "llama", found "gpt2"
                    "model_type": "llama",        |                               | "model_type": "llama", found none
                    "hidden_size": 64,            |                               | "hidden_size", found none
                    "hidden_size": 64             | "hidden_size": null           | "hidden_size", found none
                    "hidden_size": 64             | "hidden_size": "64"           | "hidden_size" to be a whole number from 1 to 1048576, found "64"
                    "hidden_size": 64             | "hidden_size": -64            | "hidden_size" to be a whole number from 1 to 1048576, found -64
                    "hidden_size": 64             | "hidden_size": 64.5           | "hidden_size" to be a whole number from 1 to 1048576, found 64.5
                    "hidden_size": 64             | "hidden_size": 99999999999    | "hidden_size" to be a whole number from 1 to 1048576, found 99999999999
                    "hidden_size": 64             | "hidden_size": 68             | hidden_size to be a multiple of num_attention_heads where head_dim is not given, found 68 and 8
                    "hidden_size": 64             | "hidden_size": 96             | head_dim to be a multiple of 8, found 12
                    "num_hidden_layers": 5        | "num_hidden_layers": 1000000  | "num_hidden_layers" to be a whole number from 1 to 4096, found 1000000
                    "num_hidden_layers": 5        | "num_hidden_layers": 0        | "num_hidden_layers" to be a whole number from 1 to 4096, found 0
                    "num_key_value_heads": 4      | "num_key_value_heads": 3      | num_attention_heads to be a multiple of num_key_value_heads, found 8 and 3
                    "num_key_value_heads": 4      | "num_key_value_heads": 16     | "num_key_value_heads" to be a whole number from 1 to 8, found 16
                    "vocab_size": 512             | "vocab_size": []              | "vocab_size" to be a whole number from 1 to 16777216, found []
                    """)
    void refusesAFieldThatCannotBe(String field, String replacement, String complaint) {
        String json = SMALL.replace(field, replacement == null ? "" : replacement);
        assertEquals("config.json: expected " + complaint + MENDS, complaint(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "head_dim": 12                                     | head_dim to be a multiple of 8, found 12
                    "head_dim": 262144                                 | "head_dim" to be a whole number from 1 to 131072, found 262144
                    "hidden_act": "gelu"                               | "hidden_act": "silu", found "gelu"
                    "attention_bias": true                             | "attention_bias": false, found true
                    "mlp_bias": true                                   | "mlp_bias": false, found true
                    "tie_word_embeddings": "yes"                       | "tie_word_embeddings" to be true or false, found "yes"
                    "rms_norm_eps": 0                                  | "rms_norm_eps" to be a positive number, found 0
                    "rms_norm_eps": "1e-5"                             | "rms_norm_eps" to be a positive number, found "1e-5"
                    "rope_theta": -1                                   | "rope_theta" to be a positive number, found -1
                    "rope_scaling": "linear"                           | "rope_scaling" to be an object or null, found "linear"
                    "rope_scaling": {"type": "linear", "factor": 2}    | rope scaling "llama3" or none, found "linear", which this suite does not compute
                    "rope_scaling": {"rope_type": "yarn"}              | rope scaling "llama3" or none, found "yarn", which this suite does not compute
                    "rope_scaling": {"rope_type": "llama3", "low_freq_factor": 4} | "low_freq_factor" below "high_freq_factor", found 4.0 and 4.0
                    "rope_scaling": {"rope_type": "llama3", "original_max_position_embeddings": 0.5} | "original_max_position_embeddings" to be a whole number from 1 to 16777216, found 0.5
                    "eos_token_id": [1, -2]                            | "eos_token_id" to hold token ids, found [1,-2]
                    "bos_token_id": "1"                                | "bos_token_id" to hold token ids, found "1"
                    """)
    void refusesAnExtraFieldThatCannotBe(String field, String complaint) {
        assertEquals("config.json: expected " + complaint + MENDS, complaint(with(field)));
    }

    @Test
    void theLargestShapeThatIsAcceptedCanBeCounted() {
        LlamaConfig largest =
                parse(
                        """
                        {"model_type": "llama", "hidden_size": 1048576, "intermediate_size": 1048576,
                         "num_hidden_layers": 4096, "num_attention_heads": 8192, "head_dim": 128,
                         "vocab_size": 16777216, "max_position_embeddings": 16777216}\
                        """);
        // layers x (7 x 2^40 + 2 x 2^20) + 2^20 + 2 x 2^44
        assertEquals(31_560_390_354_665_472L, largest.parameters());
        assertEquals(
                1L << 59, largest.kvGeometry(ElementType.FLOAT32).bytes(largest.contextLength()));
    }

    private static String with(String field) {
        return SMALL.substring(0, SMALL.length() - 1) + ", " + field + "}";
    }

    private static LlamaConfig parse(String json) {
        return LlamaConfig.parse(json, "config.json");
    }

    private static String complaint(String json) {
        var complaint = assertThrows(InputException.class, () -> parse(json));
        assertFalse(complaint.isWrongUse());
        return complaint.getMessage();
    }

    private static LlamaConfig bundled(String name) throws IOException {
        return parse(Files.readString(Path.of("models", name, "config.json")));
    }
}
