package kvbench.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.context.Parity;
import kvbench.reference.TinyFolder;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Whole gates, processes and all, on a model so small that starting them is what takes time. */
class ParityGateTest {
    private static final Duration AMPLE = Duration.ofMinutes(5);

    @TempDir Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    private String model;

    @BeforeEach
    void writeTheModel() {
        model = TinyFolder.write(folder.resolve("tiny"), 512).toString();
    }

    @AfterEach
    void plantNothing() {
        System.clearProperty(Planted.PROPERTY);
    }

    @Test
    void answersEachStrategyOfEachQuestionInTheirOrder() {
        List<Parity> answers =
                new ParityGate(List.of(), out)
                        .check(List.of(question("static", "none", "static"), question("dynamic")));

        assertEquals(
                List.of("static", "none", "dynamic"),
                answers.stream().map(Parity::strategy).toList());
        for (Parity answer : answers) {
            assertInstanceOf(Parity.Equal.class, answer.outcome(), answer.toString());
            assertEquals(model, answer.model());
            assertEquals("cpu", answer.provider());
            assertEquals("1", answer.threads());
        }
        String arms = "tokens against none on " + model + " (provider cpu, threads 1): ";
        assertEquals(
                List.of(arms + "static equal, none equal", arms + "dynamic equal"),
                said.toString(StandardCharsets.UTF_8).lines().toList());
    }

    @Test
    void aStrategyThatTakesItsProcessDownIsToldAndTheOthersGoOn() {
        List<Parity> answers = planted(Planted.STATIC_DIES, AMPLE, "none", "static", "dynamic");

        assertInstanceOf(Parity.Equal.class, answers.get(0).outcome());
        assertEquals(
                new Parity(
                        model,
                        "cpu",
                        "1",
                        Map.of(),
                        "static",
                        true,
                        new Parity.Failed("its process died: exit code 139 (SIGSEGV)")),
                answers.get(1));
        assertInstanceOf(Parity.Equal.class, answers.get(2).outcome());
        assertEquals(
                "tokens against none on "
                        + model
                        + " (provider cpu, threads 1): none equal, static FAILED: its process died:"
                        + " exit code 139 (SIGSEGV), dynamic equal",
                said.toString(StandardCharsets.UTF_8).strip());
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aCrashIsToldWithItsSignal() {
        System.setProperty(Planted.PROPERTY, Planted.STATIC_CRASHES);
        var options =
                List.of(
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + folder.resolve("crash.log"));
        List<Parity> answers =
                new ParityGate(Planted.class.getName(), options, out, AMPLE)
                        .check(List.of(question("static", "dynamic")));

        var failed = assertInstanceOf(Parity.Failed.class, answers.getFirst().outcome());
        assertTrue(
                failed.reason()
                        .startsWith("its process died: exit code 1, after saying: SIGSEGV (0x"),
                failed.reason());
        assertInstanceOf(Parity.Equal.class, answers.getLast().outcome());
    }

    @Test
    void withTheReferenceAllAreLost() {
        List<Parity> answers = planted(Planted.NONE_DIES, AMPLE, CacheStrategy.names());

        assertEquals(CacheStrategy.names(), answers.stream().map(Parity::strategy).toList());
        for (Parity answer : answers) {
            assertEquals(
                    new Parity.Failed(
                            "the process of the reference, none, died: exit code 139 (SIGSEGV)"),
                    answer.outcome());
        }
    }

    @Test
    void aProcessThatNeverAnswersIsEnded() {
        List<Parity> answers = planted(Planted.NONE_HANGS, Duration.ofSeconds(1), "static");

        assertEquals(
                List.of(
                        new Parity.Failed(
                                "the process of the reference, none, gave no answer within 2 s,"
                                        + " and was ended")),
                answers.stream().map(Parity::outcome).toList());
    }

    @Test
    void whatTheProcessSaidLastIsKept() {
        List<Parity> answers =
                new ParityGate(List.of(), out)
                        .check(
                                List.of(
                                        new ParityQuestion(
                                                folder.resolve("nothing").toString(),
                                                "cpu",
                                                "1",
                                                Map.of(),
                                                List.of("static"))));

        var failed = assertInstanceOf(Parity.Failed.class, answers.getFirst().outcome());
        assertTrue(
                failed.reason()
                        .startsWith(
                                "the process of the reference, none, died: exit code 1, after"
                                        + " saying: Exception in thread \"main\""
                                        + " kvbench.model.InputException: "),
                failed.reason());
    }

    @Test
    void theForksOptionsReachTheProcess() {
        List<Parity> answers =
                new ParityGate(List.of("-Xmx1k"), out).check(List.of(question("static")));

        var failed = assertInstanceOf(Parity.Failed.class, answers.getFirst().outcome());
        assertTrue(failed.reason().contains("died: exit code 1, after saying: "), failed.reason());
    }

    private List<Parity> planted(String planted, Duration limit, String... strategies) {
        return planted(planted, limit, List.of(strategies));
    }

    private List<Parity> planted(String planted, Duration limit, List<String> strategies) {
        System.setProperty(Planted.PROPERTY, planted);
        return new ParityGate(Planted.class.getName(), List.of(), out, limit)
                .check(List.of(new ParityQuestion(model, "cpu", "1", Map.of(), strategies)));
    }

    private ParityQuestion question(String... strategies) {
        return new ParityQuestion(model, "cpu", "1", Map.of(), List.of(strategies));
    }
}
