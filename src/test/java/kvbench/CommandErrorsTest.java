package kvbench;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.engine.CudaReadiness;
import kvbench.model.InputException;
import kvbench.ort.OrtEnvironment;
import kvbench.ort.OrtLibrary;
import kvbench.reference.TinyFolder;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Whatever a user gets wrong is told in one line on standard error, with the right exit code. */
class CommandErrorsTest {
    private static final int CONTEXT_LENGTH = 512;

    @TempDir Path temporary;

    private Path model;
    private Path weights;

    @BeforeEach
    void writeModel() {
        model = TinyFolder.write(temporary.resolve("tiny"), CONTEXT_LENGTH);
        weights = model.resolve("model.safetensors");
    }

    // ---- Models that cannot be used ----

    @Test
    void namesTheModelsThereAreWhereThereIsNoSuch() {
        assertWrongUse(
                "model nonesuch: expected one of llama-3.2-1b-shape, random-llama-7m or a folder"
                        + " that holds config.json, found neither. Name one, or give the path of a"
                        + " Hugging Face folder (models directory: models).",
                "generate",
                "--model",
                "nonesuch",
                "--prompt",
                "hello");
    }

    @Test
    void tellsHowManyBytesOfACheckpointAreMissing() throws IOException {
        makeWeights();
        long size = Files.size(weights);
        try (var channel = FileChannel.open(weights, StandardOpenOption.WRITE)) {
            channel.truncate(size - 100);
        }
        assertModelRefused(
                "%s: expected %d bytes, found %d: 100 are missing. Get the file again."
                        .formatted(weights, size, size - 100));
    }

    @Test
    void tellsWhichTensorOverlapsAnother() throws IOException {
        writeWeights(
                """
                {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},\
                "b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}\
                """,
                6);
        assertModelRefused(
                "%s: tensor b: expected data from byte 4 on, where the tensor before it ends, found 2, an overlap. Get the file again."
                        .formatted(weights));
    }

    @Test
    void refusesAHeaderBeyondTheFormatsLimit() throws IOException {
        Files.write(
                weights,
                ByteBuffer.allocate(16)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(100_000_001)
                        .array());
        assertModelRefused(
                "%s: expected a header of at most 100000000 bytes, found one of 100000001. Get the file again."
                        .formatted(weights));
    }

    @Test
    void namesTheTensorThatIsMissing() throws IOException {
        writeWeights("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4);
        assertModelRefused(
                "%s: expected a tensor model.embed_tokens.weight, found none of that name among 1. Use a checkpoint that holds it."
                        .formatted(weights));
    }

    @Test
    void namesTheTensorOfAnotherShape() throws IOException {
        makeWeights();
        Files.delete(model.resolve("seed.json"));
        changeConfig("\"intermediate_size\": 48", "\"intermediate_size\": 64");
        assertModelRefused(
                "%s: tensor model.layers.0.mlp.gate_proj.weight: expected shape [64, 32] as config.json has it, found [48, 32]. Use a checkpoint and a config.json that belong together."
                        .formatted(weights));
    }

    @Test
    void tellsWhereWeightsAreMissing() throws IOException {
        Files.delete(model.resolve("seed.json"));
        assertModelRefused(
                "%s: expected model.safetensors or model.safetensors.index.json, found config.json, tokenizer.json. Put the model's safetensors files there."
                        .formatted(model));
    }

    @Test
    void refusesAConfigThatIsNoLlamas() throws IOException {
        changeConfig("\"llama\"", "\"mistral\"");
        assertModelRefused(
                "%s: expected \"model_type\": \"llama\", found \"mistral\". Use a Llama's config.json (models list names those at hand)."
                        .formatted(model.resolve("config.json")));
    }

    @Test
    void refusesATokenizerWithMoreIdsThanTheModelHasRows() throws IOException {
        changeConfig("\"vocab_size\": 2048", "\"vocab_size\": 2047");
        assertModelRefused(
                "%s: expected at most 2047 token ids, the vocab_size of tiny, found 2048. Use the tokenizer.json that came with the model."
                        .formatted(model.resolve("tokenizer.json")));
    }

    // ---- generate and verify ----

    @Test
    void refusesAnAnswerBeyondTheContextLength() {
        assertWrongUse(
                "expected prompt and answer of at most 512 tokens, the context length of tiny,"
                        + " found 1 + 512 = 513. Shorten the prompt or lower --max-new-tokens.",
                generate("", "--max-new-tokens", "512"));
    }

    @Test
    void countsAnAnswerThatNoIntHoldsAsTooLong() {
        assertWrongUse(
                "expected prompt and answer of at most 512 tokens, the context length of tiny,"
                        + " found 1 + 2147483647 = 2147483648. Shorten the prompt or lower"
                        + " --max-new-tokens.",
                generate("", "--max-new-tokens", "2147483647"));
    }

    @Test
    void refusesAnAnswerBeyondTheCapacity() {
        assertWrongUse(
                "expected prompt and answer of at most 8 tokens, the --capacity, found 1 + 8 = 9."
                        + " Raise --capacity, shorten the prompt or lower --max-new-tokens.",
                generate("", "--max-new-tokens", "8", "--capacity", "8"));
    }

    @Test
    void fillsACapacityThatJustSuffices() {
        CommandRun run =
                CommandRun.of(generate("", "--max-new-tokens", "8", "--capacity", "9", "--json"));
        assertAll(
                () -> assertEquals(0, run.exitCode(), run.err()),
                () -> assertTrue(run.out().contains("\"prompt_tokens\":[0]"), run.out()));
    }

    @ParameterizedTest
    @CsvSource({"161, 514", "2147483647, 4294967486"})
    void verifyRefusesAnswersBeyondTheContextLength(String maxNewTokens, long needed) {
        makeWeights();
        assertWrongUse(
                "expected prompts and answers of at most 512 tokens, the context length of tiny, found %d. Ask for fewer with --max-new-tokens."
                        .formatted(needed),
                "verify",
                "--model",
                model.toString(),
                "--max-new-tokens",
                maxNewTokens);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    --strategy paged       | unknown strategy "paged": expected one of none, host, dynamic, chunked, static, static-graph, window, sink, int8, int4.
                    --strategy static-graph | strategy static-graph: it replays CUDA graphs, and the provider is cpu.
                    --dtype float8         | unknown dtype "float8": expected one of auto, float32, float16, bfloat16.
                    --dtype bfloat16       | strategy static: the CPU has no operators for dtype bfloat16.
                    --sampling gpu         | unknown sampling "gpu": expected one of auto, host, device.
                    --allocator cuda       | unknown allocator "cuda": expected one of auto, arena, malloc.
                    --allocator malloc     | strategy static: allocator malloc is cudaMalloc, and the provider is cpu.
                    --provider tpu         | unknown provider "tpu": expected one of auto, cpu, cuda.
                    --threads 0            | threads: expected auto or a whole number from 1 to 1024, found "0".
                    --threads 1025         | threads: expected auto or a whole number from 1 to 1024, found "1025".
                    --max-new-tokens 0     | --max-new-tokens: expected at least 1, found 0.
                    --max-new-tokens -1    | --max-new-tokens: expected at least 1, found -1.
                    --capacity 0           | --capacity: expected at least 1, found 0.
                    """)
    void refusesAValueOfGenerate(String option, String message) {
        assertWrongUse(message, generate("hello", option.split(" ")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    --strategies none,paged | unknown strategy "paged": expected one of none, host, dynamic, chunked, static, static-graph, window, sink, int8, int4.
                    --strategies static,static-graph | strategy static-graph: it replays CUDA graphs, and the provider is cpu.
                    --max-new-tokens 0      | --max-new-tokens: expected at least 1, found 0.
                    --reference gpu         | unknown reference "gpu": expected one of none, cpu.
                    --tolerance 0.1         | --tolerance: expected --reference cpu with it, found that scores are held against no reference. Add that, or leave it out.
                    --reference cpu --tolerance 0 | --tolerance: expected a part of the largest score, above 0 and at most 1, found 0.0.
                    --reference cpu --tolerance NaN | --tolerance: expected a part of the largest score, above 0 and at most 1, found NaN.
                    """)
    void refusesAValueOfVerify(String option, String message) {
        var words = new ArrayList<>(List.of("verify", "--model", model.toString()));
        words.addAll(List.of(option.split(" ")));
        assertWrongUse(message, words.toArray(String[]::new));
    }

    @Test
    void tellsThatTheRuntimeHasNoCuda() {
        OrtLibrary library = OrtLibrary.get();
        List<String> available = OrtEnvironment.availableProviders();
        assertEquals(List.of("CPUExecutionProvider"), available);
        String message =
                "provider cuda: expected an ONNX Runtime built with CUDA, found %s (%s) with CPUExecutionProvider. Build with -Pcuda12 or -Pcuda13, or with -Pcuda12-redist, which needs the driver only, or name such a library with -Dkvbench.onnxruntime=PATH, or use provider cpu."
                        .formatted(library.version(), library.path());
        assertCouldNotRun(message, generate("hello", "--provider", "cuda"));
        assertCouldNotRun(message, "verify", "--provider", "cuda");
        assertCouldNotRun(message, bench("PrefillBenchmark", "-p", "provider=cuda"));
    }

    // ---- Words that picocli refuses ----

    @Test
    void asksForThePrompt() {
        assertRefusedWithHint(
                "Missing required option: '--prompt=TEXT'",
                "generate",
                "generate",
                "--strategy",
                "none");
    }

    @Test
    void refusesAnUnknownOption() {
        assertRefusedWithHint(
                "Unknown option: '--tokens'",
                "generate",
                "generate",
                "--prompt",
                "hello",
                "--tokens");
    }

    @Test
    void refusesANumberThatIsNone() {
        assertRefusedWithHint(
                "Invalid value for option '--max-new-tokens': 'x' is not an int",
                "verify",
                "verify",
                "--max-new-tokens",
                "x");
    }

    @Test
    void asksForTheModelToMake() {
        assertRefusedWithHint(
                "Missing required parameter: 'NAME'", "models make", "models", "make");
    }

    @Test
    void showsTheUsageWhereThereIsNoCommand() {
        CommandRun run = CommandRun.of();
        assertAll(
                () -> assertEquals(2, run.exitCode()),
                () -> assertEquals("", run.out()),
                () -> assertEquals(Main.commands().getUsageMessage(), run.err()));
    }

    // ---- bench ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ConversationBenchmark -p strategy=paged   | unknown strategy "paged": expected one of none, host, dynamic, chunked, static, static-graph, window, sink, int8, int4.
                    ConversationBenchmark -p history=foo      | unknown history "foo": expected one of scripted, generated.
                    ConversationBenchmark -p scope=foo        | unknown scope "foo": expected one of turn, session.
                    ConversationBenchmark -p turns=0          | turns: expected 1 to 15, as many as scenario insurance_claim_auto has, found 0. Choose fewer turns or a longer scenario.
                    ConversationBenchmark -p turns=16         | turns: expected 1 to 15, as many as scenario insurance_claim_auto has, found 16. Choose fewer turns or a longer scenario.
                    ConversationBenchmark -p tokenBudget=x    | parameter tokenBudget: expected a whole number from 1 to 1073741823, found "x".
                    ConversationBenchmark -p tokenBudget=0    | parameter tokenBudget: expected a whole number from 1 to 1073741823, found "0".
                    ConversationBenchmark -p scenario=x       | scenario: expected one of insurance_claim_auto, insurance_policy_update, insurance_life_beneficiary, banking_open_account, banking_loan_application, ecommerce_support or the path of a .json file, found "x". Choose one of them.
                    PrefillBenchmark -p threads=0             | threads: expected auto or a whole number from 1 to 1024, found "0".
                    PrefillBenchmark -p provider=tpu          | unknown provider "tpu": expected one of auto, cpu, cuda.
                    PrefillBenchmark -p model=nonesuch        | model nonesuch: expected one of llama-3.2-1b-shape, random-llama-7m or a folder that holds config.json, found neither. Name one, or give the path of a Hugging Face folder (models directory: models).
                    DecodeStepBenchmark -p capacity=all       | parameter capacity: expected a whole number from 1 to 1073741823, found "all".
                    ReadBandwidthBenchmark -p bytes=1         | parameter bytes: expected a whole number from 1048576 to 1099511627776, found "1".
                    PrefillBenchmark -p turns=1               | unknown parameter "turns": the benchmarks asked for have allocator, dtype, model, promptTokens, provider, sampling, strategy, threads.
                    PrefillBenchmark -p strateg=none          | unknown parameter "strateg": the benchmarks asked for have allocator, dtype, model, promptTokens, provider, sampling, strategy, threads.
                    PrefillBenchmark -pstrateg=none           | unknown parameter "strateg": the benchmarks asked for have allocator, dtype, model, promptTokens, provider, sampling, strategy, threads.
                    NoSuchBenchmark                           | no benchmark matches "NoSuchBenchmark": expected a pattern for one of ConversationBenchmark, DecodeStepBenchmark, DeviceBandwidthBenchmark, GenerationBenchmark, PrefillBenchmark, ReadBandwidthBenchmark.
                    Prefill[                                  | expected a regular expression that matches benchmarks, found "Prefill[" (Unclosed character class).
                    -prof nosuch                              | -prof nosuch: expected one of the suite's profilers (energy, kv, ortalloc, rss, vram), one of JMH's (async, cl, comp, dtraceasm, gc, jfr, mempool, pauses, perf, perfasm, perfc2c, perfnorm, safepoints, stack, xperfasm) or a class, found none of that name. -lprof lists them.
                    -f 0                                      | -f: expected one fork or more, since each measures in a process of its own and is told as such, found 0. Take -f 1; without `bench`, as JMH's own command line, -f 0 measures in JMH's process.
                    --label a/b                               | --label: expected up to 64 letters, digits, dots, hyphens or underscores, found "a/b".
                    """)
    void refusesAWordOfBench(String words, String message) {
        assertWrongUse(message, bench(words.split(" ")));
    }

    @Test
    void passesOnWhatJmhSaysOfAnOption() {
        assertWrongUse(
                "expected options of JMH, found that it does not take these: tokens is not a"
                        + " recognized option. `java -jar target/benchmarks.jar -h` lists them.",
                bench("--tokens", "5"));
    }

    @Test
    void tellsWhyNothingIsLeftToMeasure() {
        assertWrongUse(
                "expected at least one combination that can work, found that none of 2 can. The"
                        + " first: a capacity of 64 does not hold a depth of 64 and one step."
                        + " Choose other parameters.",
                bench(
                        "DecodeStepBenchmark",
                        "-p",
                        "strategy=static",
                        "-p",
                        "depth=64,65",
                        "-p",
                        "capacity=64"));
    }

    @Test
    void tellsOnceWhatLacksCudaAndLeadsToTheDoctor() {
        Assumptions.assumeFalse(CudaReadiness.here().isReady(), "CUDA is usable here");
        String why = CudaReadiness.here().first().orElseThrow().words();
        CommandRun run =
                CommandRun.of("bench", "--suite", "gpu-reference", "Decode", "Conversation");
        assertAll(
                () ->
                        assertEquals(
                                "error: expected at least one combination that can work, found that none of 28 can. The first: cuda is not usable, %s. Run `doctor --provider cuda`, which tells all that is missing.%n"
                                        .formatted(why),
                                run.err()),
                () -> assertEquals(2, run.exitCode()),
                () ->
                        assertEquals(
                                List.of(
                                        "not run, 28 combinations: cuda is not usable, %s"
                                                .formatted(why)),
                                run.out().lines().filter(line -> line.contains(why)).toList()));
    }

    /** Before the parity gate has been run: the model is none, and nobody has noticed. */
    @Test
    void refusesAPlaceForTheRunBeforeAnythingElse() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        assertWrongUse(
                "--out %1$s/runs: expected a folder in which the run's own can be made, found that %1$s is no folder. Name another."
                        .formatted(file),
                "bench",
                "PrefillBenchmark",
                "-p",
                "model=nonesuch",
                "--out",
                file.resolve("runs").toString());
        assertWrongUse(
                "--label: expected up to 64 letters, digits, dots, hyphens or underscores, found"
                        + " \"a/b\".",
                bench("PrefillBenchmark", "-p", "model=nonesuch", "--label", "a/b"));
    }

    @Test
    void leavesNothingBehindWhereNothingIsMeasured() {
        CommandRun run = CommandRun.of(bench("NoSuchBenchmark"));
        assertEquals(2, run.exitCode());
        assertTrue(Files.notExists(temporary.resolve("runs")));
    }

    @Test
    void reportNeedsARun() {
        Path none = temporary.resolve("nonesuch");
        assertWrongUse(
                "%s: expected the folder of a run, with its results.json, or a JSON file that JMH wrote, found none. `ls jmh-results` lists the runs."
                        .formatted(none),
                "report",
                none.toString());
    }

    @Test
    void resumeAndMergeNeedRuns() {
        String noRun =
                "%s: expected the folder of a run, found no schedule.json in it. Name a folder that `bench` or `merge` made."
                        .formatted(model);
        assertWrongUse(noRun, "bench", "--resume", model.toString());
        assertWrongUse(
                "/nonexistent: expected the folder of a run, found none. `ls jmh-results` lists the"
                        + " runs, unless they were made elsewhere with --out.",
                "bench",
                "--resume",
                "/nonexistent");
        assertWrongUse(noRun, "merge", model.toString(), temporary.toString());
        assertWrongUse(
                "expected two runs or more, each named once, found %s.".formatted(model),
                "merge",
                model.toString());
    }

    @Test
    void resumeNamesTheOptionsThatItDoesNotTake() {
        assertWrongUse(
                "--resume RUN: expected no other option, since the run's own hold, found --label -f"
                        + " 2. Leave them out, or begin a new run.",
                "bench",
                "--resume",
                "RUN",
                "-f",
                "2",
                "--label",
                "x");
    }

    @Test
    void aMistypedCommandIsNoBenchmark() {
        var error = assertThrows(InputException.class, () -> Jmh.run(List.of("repot", "x")));
        assertEquals(
                "repot: expected a command (bench, plan, verify, generate, models, doctor, report,"
                    + " compare, merge) or a pattern for a benchmark, found neither. --help tells"
                    + " what there is.",
                error.getMessage());
        assertTrue(error.isWrongUse());
    }

    private String[] generate(String prompt, String... options) {
        var words =
                new ArrayList<>(
                        List.of("generate", "--model", model.toString(), "--prompt", prompt));
        words.addAll(List.of(options));
        return words.toArray(String[]::new);
    }

    private String[] bench(String... words) {
        var all = new ArrayList<>(List.of("bench", "--out", temporary.resolve("runs").toString()));
        all.addAll(List.of(words));
        return all.toArray(String[]::new);
    }

    /** Each command that opens a model refuses this one alike, but {@code bench} has no name. */
    private void assertModelRefused(String message) {
        assertCouldNotRun(message, generate("hello"));
        assertCouldNotRun(message, "verify", "--model", model.toString());
        assertCouldNotRun(
                message, bench("PrefillBenchmark", "-p", "promptTokens=8", "-p", "model=" + model));
    }

    private static void assertWrongUse(String message, String... words) {
        assertError(2, message, words);
    }

    private static void assertCouldNotRun(String message, String... words) {
        assertError(3, message, words);
    }

    private static void assertError(int exitCode, String message, String... words) {
        CommandRun run = CommandRun.of(words);
        assertAll(
                () -> assertEquals("error: " + message + System.lineSeparator(), run.err()),
                () -> assertEquals(exitCode, run.exitCode()));
    }

    private static void assertRefusedWithHint(String message, String command, String... words) {
        assertWrongUse(
                "%s. `java -jar target/benchmarks.jar %s --help` tells what it takes."
                        .formatted(message, command),
                words);
    }

    private void makeWeights() {
        ModelFolder.find(model.toString()).make(Progress.SILENT);
    }

    private void writeWeights(String header, int dataBytes) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        Files.write(
                weights,
                ByteBuffer.allocate(Long.BYTES + json.length + dataBytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .put(json)
                        .array());
    }

    private void changeConfig(String from, String to) throws IOException {
        Path config = model.resolve("config.json");
        String before = Files.readString(config);
        String after = before.replace(from, to);
        assertTrue(!after.equals(before), "the config does not hold " + from);
        Files.writeString(config, after);
    }
}
