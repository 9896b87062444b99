package kvbench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.generate.Decoder;
import kvbench.generate.Generator;
import kvbench.reference.SharedModels;
import kvbench.text.Tokenizer;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** A trained model says what an independent runner, llama2.c, makes it say. */
class GenerateCommandTest {
    /** 5 layers, keys and values, 4 KV heads of 8 elements in float32. */
    private static final long KV_BYTES_PER_TOKEN = 5 * 2 * 4 * 8 * 4;

    private static final List<String> KEYS =
            List.of(
                    "model",
                    "strategy",
                    "provider",
                    "prompt_tokens",
                    "generated_tokens",
                    "text",
                    "load_ms",
                    "ttft_ms",
                    "tpot_ms",
                    "itl_ms",
                    "tokens_per_second",
                    "kv_bytes_held",
                    "peak_rss_bytes");

    private Path model;
    private List<Case> cases;

    /** What llama2.c says: the text is prompt and answer. */
    private record Case(String prompt, int[] promptIds, int[] greedyIds, String text) {}

    /** What a command left behind. */
    private record Run(int exitCode, String out, String err) {}

    @BeforeEach
    void readTheReference() throws IOException {
        model = SharedModels.folder(SharedModels.STORIES_260K);
        JsonNode root = new ObjectMapper().readTree(model.resolve("reference.json").toFile());
        cases = new ArrayList<>();
        for (JsonNode node : root.path("cases")) {
            cases.add(
                    new Case(
                            node.path("prompt").textValue(),
                            ints(node.path("prompt_ids")),
                            ints(node.path("greedy_ids")),
                            node.path("text").textValue()));
        }
        assertEquals(3, cases.size());
    }

    @ParameterizedTest
    @MethodSource("kvbench.cache.ExactStrategies#all")
    void tokenizerEngineAndGeneratorGiveTheReferencesIds(CacheStrategy strategy) {
        ModelFolder folder = ModelFolder.find(model.toString());
        try (var tokenizer = Tokenizer.open(folder.tokenizer());
                var engine = new Engine(folder, Provider.CPU, 1, Progress.SILENT)) {
            assertEquals(512, engine.config().contextLength());
            Decoder decoder = engine.decoder(strategy);
            for (Case expected : cases) {
                assertArrayEquals(expected.promptIds(), tokenizer.encode(expected.prompt()));
                int budget = expected.greedyIds().length;
                Generator generator = Generator.ofFixedLength(decoder, budget);
                try (KvCache cache = engine.cache(strategy, expected.promptIds().length + budget)) {
                    decoder.begin(cache);
                    assertArrayEquals(
                            expected.greedyIds(),
                            generator.generate(expected.promptIds()).tokens(),
                            strategy + ", prompt \"" + expected.prompt() + "\"");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "dynamic", "static"})
    void jsonHasTheReferencesIdsAndTextAndEveryFigure(String name) throws IOException {
        CacheStrategy strategy = CacheStrategy.parse(name);
        for (Case expected : cases) {
            Run run = generate(expected, strategy, "--json");
            assertEquals(new Run(0, run.out(), ""), run);
            assertEquals(1, run.out().lines().count());
            JsonNode json = new ObjectMapper().readTree(run.out());

            assertEquals(KEYS, names(json));
            assertEquals(model.toString(), json.path("model").textValue());
            assertEquals(strategy.toString(), json.path("strategy").textValue());
            assertEquals("cpu", json.path("provider").textValue());
            assertArrayEquals(expected.promptIds(), ints(json.path("prompt_tokens")));
            assertArrayEquals(expected.greedyIds(), ints(json.path("generated_tokens")));
            assertEquals(expected.text(), expected.prompt() + json.path("text").textValue());
            for (String figure : List.of("load_ms", "ttft_ms", "tpot_ms", "tokens_per_second")) {
                assertTrue(json.path(figure).isDouble(), figure);
                assertTrue(json.path(figure).doubleValue() > 0, figure);
            }
            assertTrue(json.path("itl_ms").isArray());
            assertEquals(expected.greedyIds().length - 1, json.path("itl_ms").size());
            json.path("itl_ms").forEach(gap -> assertTrue(gap.isDouble()));
            assertTrue(json.path("kv_bytes_held").isIntegralNumber());
            assertEquals(heldBytes(expected, strategy), json.path("kv_bytes_held").longValue());
            if (Files.exists(Path.of("/proc/self/status"))) {
                assertTrue(json.path("peak_rss_bytes").isIntegralNumber());
                assertTrue(json.path("peak_rss_bytes").longValue() > 1 << 20);
            } else {
                assertEquals("NaN", json.path("peak_rss_bytes").textValue());
            }
        }
    }

    @Test
    void timesOfJsonAddUp() throws IOException {
        JsonNode json =
                new ObjectMapper()
                        .readTree(generate(cases.getFirst(), CacheStrategy.STATIC, "--json").out());
        double gaps =
                StreamSupport.stream(json.path("itl_ms").spliterator(), false)
                        .mapToDouble(JsonNode::doubleValue)
                        .sum();
        int tokens = json.path("generated_tokens").size();
        double seconds = (json.path("ttft_ms").doubleValue() + gaps) / 1e3;

        assertEquals(gaps / (tokens - 1), json.path("tpot_ms").doubleValue(), 1e-9);
        assertEquals(
                tokens / seconds,
                json.path("tokens_per_second").doubleValue(),
                1e-6 * tokens / seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "dynamic", "static"})
    void withoutJsonTheTextStreamsAndTimingsGoToTheErrorStream(String name) {
        CacheStrategy strategy = CacheStrategy.parse(name);
        for (Case expected : cases) {
            Run run = generate(expected, strategy);

            assertEquals(0, run.exitCode());
            assertEquals(expected.text() + System.lineSeparator(), expected.prompt() + run.out());
            List<String> timings = run.err().lines().toList();
            assertEquals(2, timings.size(), run.err());
            assertTrue(
                    timings.getFirst()
                            .matches(
                                    ("load [\\d.]+ ms \\| TTFT [\\d.]+ ms for %d prompt tokens \\|"
                                                    + " TPOT [\\d.]+ ms \\| [\\d.]+ tokens/s over"
                                                    + " %d tokens \\| KV held [\\d,]+ bytes")
                                            .formatted(
                                                    expected.promptIds().length,
                                                    expected.greedyIds().length)),
                    timings.getFirst());
        }
    }

    @Test
    void oneTokenAloneHasNoTimePerToken() throws IOException {
        JsonNode json =
                new ObjectMapper()
                        .readTree(
                                run(
                                                StandardCharsets.UTF_8,
                                                "--prompt",
                                                "Once upon a time",
                                                "--max-new-tokens",
                                                "1",
                                                "--json")
                                        .out());

        assertEquals("NaN", json.path("tpot_ms").textValue());
        assertEquals(0, json.path("itl_ms").size());
        assertEquals("static", json.path("strategy").textValue());
        assertEquals(6 * KV_BYTES_PER_TOKEN, json.path("kv_bytes_held").longValue());
    }

    /** JSON is for programs, which take it as UTF-8 wherever they run. */
    @Test
    void jsonIsWholeWhateverTheTerminalsCharacterSet() throws IOException {
        Assumptions.assumeTrue(
                Charset.forName(System.getProperty("sun.jnu.encoding"))
                        .newEncoder()
                        .canEncode("café"),
                "file names are in a narrow character set here");
        Path named = Files.createTempDirectory("café").resolve("modèle");
        Files.createSymbolicLink(named, model.toAbsolutePath());
        try {
            Run run =
                    execute(
                            StandardCharsets.US_ASCII,
                            "generate",
                            "--model",
                            named.toString(),
                            "--prompt",
                            "Once",
                            "--max-new-tokens",
                            "2",
                            "--json");

            assertEquals(
                    named.toString(),
                    new ObjectMapper().readTree(run.out()).path("model").textValue());
        } finally {
            Files.delete(named);
            Files.delete(named.getParent());
        }
    }

    @Test
    void aLongerAnswerThanTheContextIsWrongUse() {
        Run run =
                run(
                        StandardCharsets.UTF_8,
                        "--prompt",
                        "Once upon a time",
                        "--max-new-tokens",
                        "508");

        assertEquals(
                new Run(
                        2,
                        "",
                        "error: expected prompt and answer of at most 512 tokens, the context"
                                + " length of stories260K, found 5 + 508 = 513. Shorten the prompt"
                                + " or lower --max-new-tokens."
                                + System.lineSeparator()),
                run);
    }

    private static long heldBytes(Case expected, CacheStrategy strategy) {
        int text = expected.promptIds().length + expected.greedyIds().length;
        if (strategy == CacheStrategy.NONE) {
            return 0;
        }
        // The last token is not taken in.
        return KV_BYTES_PER_TOKEN * (strategy.isPreallocated() ? text : text - 1);
    }

    private Run generate(Case expected, CacheStrategy strategy, String... options) {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "--strategy",
                                strategy.toString(),
                                "--prompt",
                                expected.prompt(),
                                "--max-new-tokens",
                                "" + expected.greedyIds().length,
                                "--threads",
                                "1"));
        arguments.addAll(List.of(options));
        return run(StandardCharsets.UTF_8, arguments.toArray(String[]::new));
    }

    private Run run(Charset charset, String... options) {
        var arguments = new ArrayList<>(List.of("generate", "--model", model.toString()));
        arguments.addAll(List.of(options));
        return execute(charset, arguments.toArray(String[]::new));
    }

    /** Runs a command as {@link Main} does, and takes down what it prints. */
    private static Run execute(Charset charset, String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        var printed = new ByteArrayOutputStream();
        var complained = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, charset));
        System.setErr(new PrintStream(complained, true, charset));
        try {
            int exitCode = Main.commands().execute(arguments);
            return new Run(exitCode, printed.toString(charset), complained.toString(charset));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(property -> property.getKey()).toList();
    }

    private static int[] ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }
}
