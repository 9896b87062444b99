package kvbench.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import kvbench.model.InputException;
import kvbench.model.LlamaConfig;
import kvbench.reference.SharedModels;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

class TokenizerTest {
    @TempDir Path temporary;

    @Test
    void isKeptFromTheNetworkAndTheGpu() {
        try (Tokenizer tokenizer = Tokenizer.open(BundledTokenizerTest.FILE)) {
            assertEquals(2048, tokenizer.vocabSize());
            assertTrue(Utils.isOfflineMode());
            assertEquals("cpu", Utils.getEnvOrSystemProperty("RUST_FLAVOR"));
            assertEquals("true", Utils.getEnvOrSystemProperty("OPT_OUT_TRACKING"));
            assertEquals(0, CudaUtils.getGpuCount());
        }
    }

    @Test
    void neverShortensAText() {
        try (Tokenizer tokenizer = Tokenizer.open(BundledTokenizerTest.FILE)) {
            assertEquals(20_001, tokenizer.encode("a\n".repeat(10_000)).length);
        }
    }

    @Test
    void encodesAContinuationAsItStandsInAWholeText() {
        try (Tokenizer tokenizer = Tokenizer.open(BundledTokenizerTest.FILE)) {
            assertArrayEquals(
                    tokenizer.encodePlain("\nuser: yes"),
                    tokenizer.encodeContinuation("\nuser: yes"));
        }
        try (Tokenizer tokenizer =
                Tokenizer.open(
                        SharedModels.folder(SharedModels.STORIES_260K).resolve("tokenizer.json"))) {
            int[] whole = tokenizer.encodePlain("Lily\nuser: yes");
            int[] before = tokenizer.encodePlain("Lily");
            assertArrayEquals(
                    IntStream.of(whole).skip(before.length).toArray(),
                    tokenizer.encodeContinuation("\nuser: yes"));
        }
    }

    @Test
    void showsIdsWithoutATokenAsReplacements() {
        try (Tokenizer tokenizer = Tokenizer.open(BundledTokenizerTest.FILE)) {
            int a = tokenizer.encodePlain("a")[0];
            assertEquals(
                    "\uFFFDa\uFFFD\uFFFDa\uFFFD",
                    tokenizer.decode(
                            new int[] {-1, a, 2048, Integer.MAX_VALUE, a, Integer.MIN_VALUE}));
        }
    }

    @Test
    void closingTwiceIsHarmless() {
        Tokenizer tokenizer = Tokenizer.open(BundledTokenizerTest.FILE);
        tokenizer.close();
        tokenizer.close();
        assertThrows(IllegalStateException.class, tokenizer::prefix);
    }

    @Test
    void agreesWithTheReferenceOfATrainedModel() throws IOException {
        Path reference = SharedModels.folder(SharedModels.STORIES_260K).resolve("reference.json");
        try (Tokenizer tokenizer =
                Tokenizer.open(
                        SharedModels.folder(SharedModels.STORIES_260K).resolve("tokenizer.json"))) {
            assertEquals(512, tokenizer.vocabSize());
            assertArrayEquals(new int[] {1}, tokenizer.prefix());
            JsonNode cases = new JsonMapper().readTree(reference.toFile()).path("cases");
            assertEquals(3, cases.size());
            for (JsonNode example : cases) {
                int[] prompt = ids(example.path("prompt_ids"));
                int[] greedy = ids(example.path("greedy_ids"));
                assertArrayEquals(prompt, tokenizer.encode(example.path("prompt").asText()));
                assertEquals(
                        example.path("text").asText(),
                        tokenizer.decode(
                                IntStream.concat(IntStream.of(prompt), IntStream.of(greedy))
                                        .toArray()));
            }
        }
    }

    private static int[] ids(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
    }

    @Test
    void fitsAModelWithAsManyRowsOrMore() {
        try (Tokenizer tokenizer = Tokenizer.open(BundledTokenizerTest.FILE)) {
            tokenizer.requireFits(model(2048), "exact");
            tokenizer.requireFits(model(2049), "padded");
            var e =
                    assertThrows(
                            InputException.class,
                            () -> tokenizer.requireFits(model(2047), "small"));
            assertFalse(e.isWrongUse());
            assertEquals(
                    BundledTokenizerTest.FILE
                            + ": expected at most 2047 token ids, the vocab_size of small, found"
                            + " 2048. Use the tokenizer.json that came with the model.",
                    e.getMessage());
        }
    }

    private static LlamaConfig model(int vocabSize) {
        return LlamaConfig.parse(
                """
                {"model_type": "llama", "hidden_size": 64, "intermediate_size": 172,
                 "num_hidden_layers": 1, "num_attention_heads": 8, "vocab_size": %d,
                 "max_position_embeddings": 512}
                """
                        .formatted(vocabSize),
                "config.json");
    }

    @Test
    void countsAddedTokensAndListedVocabularies() {
        var added =
                Vocabulary.parse(
                        """
                        {"added_tokens": [{"id": 9, "content": "<x>", "special": true},
                                          {"id": 5, "content": "y", "special": false}],
                         "model": {"vocab": {"a": 0, "<0x41>": 2}}}
                        """,
                        "t.json");
        assertEquals(10, added.size());
        assertEquals("{0, 2, 5, 9}", added.tokens().toString());
        assertEquals("{9}", added.special().toString());
        assertEquals("{}", added.lone().toString());
        var listed =
                Vocabulary.parse(
                        """
                        {"decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}]},
                         "model": {"vocab": [["a", -1.5], ["<0x41>", -2.0], ["<0x4>", -2.5]]}}
                        """,
                        "t.json");
        assertEquals(3, listed.size());
        assertEquals("{1}", listed.lone().toString());
    }

    @Test
    void saysWhichFileIsMissing() {
        Path missing = temporary.resolve("tokenizer.json");
        assertRefused(
                () -> Tokenizer.open(missing),
                missing
                        + ": expected a Hugging Face tokenizer.json, found no such file. Put the"
                        + " tokenizer.json that came with the model there.");
        assertRefused(
                () -> Tokenizer.open(temporary),
                temporary
                        + ": expected a Hugging Face tokenizer.json, found a folder. Put the"
                        + " tokenizer.json that came with the model there.");
    }

    @Test
    void saysWhatIsWrongWithABrokenFile() throws IOException {
        assertBroken(
                "nope{",
                "text that is not JSON (Unrecognized token 'nope': was expecting (JSON String,"
                        + " Number, Array, Object or token 'null', 'true' or 'false'))");
        assertBroken("", "nothing in model.vocab");
        assertBroken("{\"model\": {}}", "nothing in model.vocab");
        assertBroken(
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"a b\"]}}",
                "one that the tokenizer refuses (Token `b` out of vocabulary at line 1 column 64)");
        assertRefused(
                () -> Tokenizer.parse("{\"model\": {\"vocab\": {\"a\": -1}}}", "t.json"),
                "t.json: expected token ids from 0 to 16777215, found -1. Get the file again.");
        Path file = Files.write(temporary.resolve("t.json"), new byte[] {(byte) 0xFF});
        assertRefused(
                () -> Tokenizer.open(file),
                file
                        + ": expected a readable file in UTF-8, found"
                        + " java.nio.charset.MalformedInputException: Input length = 1. Check its"
                        + " permissions, or get the file again.");
    }

    private static void assertBroken(String json, String found) {
        assertRefused(
                () -> Tokenizer.parse(json, "t.json"),
                "t.json: expected a Hugging Face tokenizer.json, found "
                        + found
                        + ". Get the file again.");
    }

    private static void assertRefused(Runnable opening, String message) {
        var e = assertThrows(InputException.class, opening::run);
        assertFalse(e.isWrongUse());
        assertEquals(message, e.getMessage());
    }
}
