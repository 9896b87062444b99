package kvbench.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.cache.ExactStrategies;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.context.Parity;
import kvbench.engine.Computing;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.model.ElementType;
import kvbench.onnx.Sampling;
import kvbench.reference.SharedModels;
import kvbench.reference.TinyFolder;
import kvbench.text.Tokenizer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

class ParityCheckTest {
    private static final int TOKENS = 24;

    @TempDir static Path folder;

    private Engine engine;
    private Tokenizer tokenizer;

    /** Models whose tokens can be told apart. */
    enum ModelUnderTest {
        /** The embedded model, its weights made in a folder of the test's own. */
        EMBEDDED,
        /** A trained one. */
        STORIES;

        Path path() throws IOException {
            if (this == STORIES) {
                return SharedModels.folder(SharedModels.STORIES_260K);
            }
            Path copy = folder.resolve("embedded");
            if (!Files.exists(copy)) {
                Files.createDirectory(copy);
                for (String file : List.of("config.json", "seed.json", "tokenizer.json")) {
                    Files.copy(Path.of("models", "random-llama-7m", file), copy.resolve(file));
                }
            }
            return copy;
        }
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
            tokenizer.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void exactStrategiesAreEqualWithTheHashOfTheirTokens(ModelUnderTest model)
            throws IOException, NoSuchAlgorithmException {
        open(model.path());
        List<String> exact = ExactStrategies.all().map(CacheStrategy::toString).toList();
        List<Parity> answers = check(exact, engine -> engine::cache);

        assertEquals(exact, answers.stream().map(Parity::strategy).toList());
        String hash = sha256(transcript(CacheStrategy.NONE, engine::cache).tokens());
        for (Parity answer : answers) {
            var equal = assertInstanceOf(Parity.Equal.class, answer.outcome(), answer.toString());
            assertEquals(
                    new Parity.Equal(TOKENS, hash, equal.largestLogitDifference(), equal.gap()),
                    equal);
            assertTrue(equal.largestLogitDifference() < 1e-3, answer.toString());
            assertTrue(equal.gap() > 0, answer.toString());
            assertTrue(answer.exact());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLossyStrategyThatPartsIsTheFindingAndBreaksNoClaim(ModelUnderTest model)
            throws IOException {
        open(model.path());
        List<Parity> answers = check(List.of("window:3"), engine -> engine::cache);

        assertEquals(List.of("none", "window:3"), answers.stream().map(Parity::strategy).toList());
        Parity lossy = answers.getLast();
        assertInstanceOf(Parity.Different.class, lossy.outcome(), lossy.toString());
        assertFalse(lossy.exact());
        assertFalse(lossy.breaksItsClaim());
    }

    @ParameterizedTest
    @EnumSource
    void rowsThatStandOneOffAreCaughtAndTheFirstTokenThatDiffersIsNamed(ModelUnderTest model)
            throws IOException, NoSuchAlgorithmException {
        open(model.path());
        List<Parity> answers = check(List.of("static", "dynamic"), Planted::staticRowsOneOff);

        assertEquals(
                List.of("none", "static", "dynamic"),
                answers.stream().map(Parity::strategy).toList());
        assertInstanceOf(Parity.Equal.class, answers.getLast().outcome());
        assertTrue(answers.get(1).breaksItsClaim());
        var different = assertInstanceOf(Parity.Different.class, answers.get(1).outcome());
        int[] expected = transcript(CacheStrategy.NONE, engine::cache).tokens();
        int[] found = transcript(CacheStrategy.STATIC, Planted.staticRowsOneOff(engine)).tokens();
        int first = 0;
        while (expected[first] == found[first]) {
            first++;
        }
        assertEquals(
                new Parity.Different(
                        TOKENS,
                        sha256(found),
                        first + 1,
                        token(expected[first]),
                        token(found[first]),
                        different.largestLogitDifference(),
                        different.gap(),
                        false),
                different);
        assertTrue(different.largestLogitDifference() > 0.01, different.toString());
        assertTrue(different.gap() > 0, different.toString());
    }

    @Test
    void aStrategyThatThrowsIsAnsweredAndTheOthersGoOn() throws IOException {
        open(ModelUnderTest.EMBEDDED.path());
        List<Parity> answers = check(List.of("static", "dynamic"), Planted::staticTooSmall);

        assertEquals(
                new Parity.Failed(
                        "the cache is full: 31 tokens and 24 new ones do not fit into a capacity of"
                            + " 40. Give it a capacity of at least 55, or a shorter prompt or token"
                            + " budget."),
                answers.get(1).outcome());
        assertInstanceOf(Parity.Equal.class, answers.get(2).outcome());
    }

    /** 2^31 - 1 slots of 2^17 floats would take all addresses that a process has. */
    @Test
    void aStrategyThatGetsNoMemoryIsAnsweredAndTheOthersGoOn() {
        open(TinyFolder.write(folder.resolve("wide"), 8, 1 << 17));
        List<Parity> answers = check(List.of("static", "dynamic"), Planted::staticTooLarge);

        var failed = assertInstanceOf(Parity.Failed.class, answers.get(1).outcome());
        assertTrue(
                failed.reason().startsWith("no memory on Cpu for a cache of 2147483647 slots"),
                failed.reason());
        assertInstanceOf(Parity.Equal.class, answers.get(2).outcome());
    }

    @Test
    void in16BitsAnotherTokenAtANearTieBreaksNoClaimAndAFaultOfTheCacheStillDoes()
            throws IOException {
        open(ModelUnderTest.EMBEDDED.path());
        ModelFolder model = engine.model();
        engine.close();
        engine =
                new Engine(
                        model,
                        new Computing(
                                Provider.CPU,
                                1,
                                ElementType.FLOAT16,
                                Sampling.HOST,
                                Optional.empty()),
                        Progress.SILENT);
        for (Parity answer : check(List.of("dynamic", "static"), engine -> engine::cache)) {
            assertFalse(answer.breaksItsClaim(), answer.toString());
        }
        Parity planted = check(List.of("static"), Planted::staticRowsOneOff).getLast();
        assertTrue(planted.breaksItsClaim(), planted.toString());
    }

    @Test
    void withoutAReferenceNothingCanBeSaid() {
        open(TinyFolder.write(folder.resolve("short"), 1));
        List<Parity> answers = check(List.of("static"), engine -> engine::cache);

        String reason = "expected at most 1 tokens, the model's context length, found 2";
        assertEquals(new Parity.Failed(reason), answers.get(0).outcome());
        assertEquals(
                new Parity.Failed("none, the reference, failed: " + reason),
                answers.get(1).outcome());
    }

    @Test
    void theScriptFitsIntoAShortContext() {
        open(TinyFolder.write(folder.resolve("eight"), 8));
        assertEquals(8, Script.brief(tokenizer, 8).length());
        assertEquals(64, Script.brief(tokenizer, 1024).length());
        for (Parity answer : check(List.of("dynamic", "static"), engine -> engine::cache)) {
            assertEquals(
                    6,
                    assertInstanceOf(Parity.Equal.class, answer.outcome(), answer.toString())
                            .tokens());
        }
    }

    private void open(Path path) {
        ModelFolder model = ModelFolder.find(path.toString());
        tokenizer = Tokenizer.open(model.tokenizer());
        engine = new Engine(model, Provider.CPU, 1, Progress.SILENT);
    }

    private List<Parity> check(List<String> strategies, Function<Engine, CacheSource> caches) {
        var question = new ParityQuestion("model", "cpu", "1", Map.of(), strategies);
        var answers = new ArrayList<Parity>();
        new ParityCheck(question, engine, tokenizer, caches.apply(engine)).run(answers::add);
        return answers;
    }

    private Transcript transcript(CacheStrategy strategy, CacheSource caches) {
        Script script = Script.brief(tokenizer, engine.config().contextLength());
        return Transcript.of(engine, strategy, caches, script);
    }

    private Parity.Token token(int id) {
        return new Parity.Token(id, tokenizer.decode(new int[] {id}));
    }

    private static String sha256(int[] tokens) throws NoSuchAlgorithmException {
        var text = new StringBuilder();
        for (int token : tokens) {
            text.append(text.isEmpty() ? "" : " ").append(token);
        }
        return HexFormat.of()
                .formatHex(
                        MessageDigest.getInstance("SHA-256")
                                .digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
