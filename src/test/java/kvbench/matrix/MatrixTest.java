package kvbench.matrix;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.model.InputException;
import kvbench.reference.TinyFolder;
import kvbench.results.VetoedArm;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

class MatrixTest {
    private static final int CONTEXT_LENGTH = 512;

    @TempDir Path temporary;

    private Path model;

    @BeforeEach
    void writeModel() {
        model = TinyFolder.write(temporary.resolve("tiny"), CONTEXT_LENGTH);
    }

    @Test
    void runsTheDefaultBenchmarksInTheirOrder() {
        Matrix matrix = matrix();
        assertEquals(
                List.of(
                        "ReadBandwidthBenchmark bytes=1073741824 threads=auto",
                        "DecodeStepBenchmark depth=128 capacity=fit strategy=none",
                        "DecodeStepBenchmark depth=128 capacity=fit strategy=dynamic",
                        "DecodeStepBenchmark depth=128 capacity=fit strategy=static",
                        "DecodeStepBenchmark depth=2048 capacity=fit strategy=none",
                        "DecodeStepBenchmark depth=2048 capacity=fit strategy=dynamic",
                        "DecodeStepBenchmark depth=2048 capacity=fit strategy=static",
                        "PrefillBenchmark promptTokens=512 strategy=none",
                        "PrefillBenchmark promptTokens=512 strategy=dynamic",
                        "PrefillBenchmark promptTokens=512 strategy=static",
                        "ConversationBenchmark turns=1 strategy=none",
                        "ConversationBenchmark turns=1 strategy=dynamic",
                        "ConversationBenchmark turns=1 strategy=static",
                        "ConversationBenchmark turns=5 strategy=none",
                        "ConversationBenchmark turns=5 strategy=dynamic",
                        "ConversationBenchmark turns=5 strategy=static",
                        "ConversationBenchmark turns=10 strategy=none",
                        "ConversationBenchmark turns=10 strategy=dynamic",
                        "ConversationBenchmark turns=10 strategy=static"),
                matrix.cells().stream().map(MatrixTest::shown).toList());
        assertEquals(List.of(), matrix.vetoed());
    }

    private static String shown(Cell cell) {
        return cell.title(
                cell.benchmarkClass().equals("ReadBandwidthBenchmark")
                        ? Set.of("bytes", "threads")
                        : Set.of("turns", "promptTokens", "depth", "capacity", "strategy"));
    }

    @Test
    void takesAListInOneWordOrInSeveral() {
        List<String> expected =
                List.of(
                        "DecodeStepBenchmark depth=1 strategy=none",
                        "DecodeStepBenchmark depth=1 strategy=static",
                        "DecodeStepBenchmark depth=2 strategy=none",
                        "DecodeStepBenchmark depth=2 strategy=static");
        assertAll(
                () ->
                        assertEquals(
                                expected,
                                titles(
                                        "DecodeStep",
                                        "-p",
                                        "strategy=none,static",
                                        "-p",
                                        "depth=1,2")),
                () ->
                        assertEquals(
                                expected,
                                titles(
                                        "-p",
                                        "depth=1",
                                        "-p",
                                        "strategy=none",
                                        "DecodeStep",
                                        "-p",
                                        "depth=2",
                                        "-p",
                                        "strategy=static")),
                () ->
                        assertEquals(
                                expected,
                                titles("DecodeStep", "-pstrategy=none,static", "-p=depth=1,2")));
    }

    @Test
    void changesWhatIsOfNoRankSlowest() {
        assertEquals(
                List.of(
                        "PrefillBenchmark threads=1 promptTokens=8 strategy=none",
                        "PrefillBenchmark threads=1 promptTokens=8 strategy=static",
                        "PrefillBenchmark threads=1 promptTokens=9 strategy=none",
                        "PrefillBenchmark threads=1 promptTokens=9 strategy=static",
                        "PrefillBenchmark threads=2 promptTokens=8 strategy=none",
                        "PrefillBenchmark threads=2 promptTokens=8 strategy=static",
                        "PrefillBenchmark threads=2 promptTokens=9 strategy=none",
                        "PrefillBenchmark threads=2 promptTokens=9 strategy=static"),
                titles(
                        "Prefill",
                        "-p",
                        "strategy=none,static",
                        "-p",
                        "promptTokens=8,9",
                        "-p",
                        "threads=1,2"));
    }

    @Test
    void leavesExcludedBenchmarksOut() {
        assertEquals(
                List.of("PrefillBenchmark strategy=none"),
                titles("Prefill|DecodeStep", "-e", "DecodeStep", "-p", "strategy=none"));
    }

    @Test
    void takesABenchmarkOnceHoweverManyPatternsMatch() {
        assertEquals(
                List.of("PrefillBenchmark strategy=none"),
                titles("Prefill", "PrefillBenchmark", ".*fill.*", "-p", "strategy=none"));
    }

    @Test
    void saysWhyACellCannotWork() {
        String tooLong = "%s tokens exceed the context length of tiny, 512";
        assertAll(
                () -> assertVetoed("DecodeStep depth=511", ""),
                () -> assertVetoed("DecodeStep depth=512", tooLong.formatted("513")),
                () -> assertVetoed("DecodeStep depth=2048", tooLong.formatted("2,049")),
                () -> assertVetoed("DecodeStep depth=64 capacity=65", ""),
                () ->
                        assertVetoed(
                                "DecodeStep depth=64 capacity=64",
                                "a capacity of 64 does not hold a depth of 64 and one step"),
                () -> assertVetoed("Prefill promptTokens=512", ""),
                () -> assertVetoed("Prefill promptTokens=513", tooLong.formatted("513")),
                () -> assertVetoed("Generation promptTokens=500 tokenBudget=12", ""),
                () ->
                        assertVetoed(
                                "Generation promptTokens=500 tokenBudget=13",
                                tooLong.formatted("513")),
                () -> assertVetoed("Conversation turns=2 tokenBudget=287", ""),
                () ->
                        assertVetoed(
                                "Conversation turns=2 tokenBudget=288", tooLong.formatted("513")));
    }

    @Test
    void withoutACacheThereIsNothingToKeepForASession() {
        Matrix matrix = session("turns=2", "scope=turn,session");
        assertEquals(
                List.of(
                        "none turn",
                        "dynamic turn",
                        "static turn",
                        "dynamic session",
                        "static session"),
                matrix.cells().stream()
                        .map(cell -> cell.param("strategy") + " " + cell.param("scope"))
                        .toList());
        assertEquals(
                List.of(
                        "none session: none has no cache to keep from turn to turn: it would"
                                + " measure what scope=turn does"),
                matrix.vetoed().stream()
                        .map(
                                arm ->
                                        "%s %s: %s"
                                                .formatted(
                                                        arm.params().get("strategy"),
                                                        arm.params().get("scope"),
                                                        arm.reason()))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({"scripted, 0", "generated, 7"})
    void aTurnOfASessionTakesInWhatTheTurnsBeforeHaveNot(String history, long keptOfAnAnswer) {
        Matrix matrix =
                session("turns=3", "scope=turn,session", "history=" + history, "tokenBudget=8");
        List<Stretch> byTurn = invocation(matrix, "turn");
        List<Stretch> bySession = invocation(matrix, "session");
        long kept = 0;
        for (int turn = 0; turn < 3; turn++) {
            long prompt = byTurn.get(turn).promptTokens();
            assertEquals(Stretch.answer(0, prompt, 7), byTurn.get(turn));
            assertEquals(Stretch.answer(kept, prompt - kept, 7), bySession.get(turn));
            assertEquals(byTurn.get(turn).kept(), bySession.get(turn).kept());
            kept = prompt + keptOfAnAnswer;
        }
    }

    @Test
    void aSessionNeedsTheCacheOfItsLongestTurnAndPassesThatAreShorter() {
        Matrix matrix = session("turns=3", "scope=turn,session");
        matrix.cells().stream()
                .filter(cell -> cell.param("scope").equals("session"))
                .forEach(
                        cell -> {
                            MemoryNeed bySession = MemoryNeed.of(matrix.demands().get(cell));
                            MemoryNeed byTurn =
                                    MemoryNeed.of(matrix.demands().get(cell.with("scope", "turn")));
                            assertEquals(byTurn.heldBytes(), bySession.heldBytes());
                            assertEquals(byTurn.peakBytes(), bySession.peakBytes());
                            assertTrue(bySession.activationBytes() < byTurn.activationBytes());
                        });
    }

    @Test
    void aCacheThatGrowsWithinAnAnswerHasItsPeakThere() {
        Matrix matrix =
                matrix(
                        "Generation",
                        "-p",
                        "promptTokens=60",
                        "-p",
                        "tokenBudget=100",
                        "-p",
                        "strategy=chunked:64:2",
                        "-p",
                        "model=" + model);
        Demand demand = matrix.demands().get(matrix.cells().getFirst());
        assertEquals(demand.geometry().bytes(128 + 256), MemoryNeed.of(demand).peakBytes());
        assertEquals(demand.geometry().bytes(256), MemoryNeed.of(demand).heldBytes());
    }

    private Matrix session(String... params) {
        var words = new ArrayList<>(List.of("Conversation", "-p", "model=" + model));
        for (String param : params) {
            words.addAll(List.of("-p", param));
        }
        return matrix(words.toArray(String[]::new));
    }

    private static List<Stretch> invocation(Matrix matrix, String scope) {
        return matrix.cells().stream()
                .filter(cell -> cell.param("strategy").equals("static"))
                .filter(cell -> cell.param("scope").equals(scope))
                .map(cell -> matrix.demands().get(cell).invocation())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void countsAGeneratedHistoryThatNoIntHolds() {
        // 15 answers of this budget are 14 more than 2^32.
        Path roomy = TinyFolder.write(temporary.resolve("roomy"), 16_384);
        Matrix matrix =
                matrix(
                        "Conversation",
                        "-p",
                        "turns=15",
                        "-p",
                        "history=generated",
                        "-p",
                        "tokenBudget=286331154",
                        "-p",
                        "strategy=none",
                        "-p",
                        "model=" + roomy);
        assertEquals(List.of(), matrix.cells());
    }

    @Test
    void vetoesACapacityForTheStaticCacheOnly() {
        Matrix matrix =
                matrix("DecodeStep", "-p", "depth=8", "-p", "capacity=8", "-p", "model=" + model);
        assertEquals(
                List.of("none", "dynamic"),
                matrix.cells().stream().map(cell -> cell.param("strategy")).toList());
        assertEquals(
                List.of("static"),
                matrix.vetoed().stream().map(arm -> arm.params().get("strategy")).toList());
    }

    @Test
    void showsParametersOfSeveralValuesAndTheStrategy() {
        assertEquals(
                Set.of("depth", "strategy"),
                matrix("DecodeStep", "-p", "strategy=none", "-p", "depth=1,2").interesting());
    }

    @Test
    void refusesWhatNoBenchmarkMatches() {
        var complaint =
                assertThrows(
                        InputException.class, () -> matrix("Prefill", "-e", "PrefillBenchmark"));
        assertEquals(
                "no benchmark matches \"Prefill\": expected a pattern for one of"
                        + " ConversationBenchmark, DecodeStepBenchmark, DeviceBandwidthBenchmark,"
                        + " GenerationBenchmark, PrefillBenchmark, ReadBandwidthBenchmark.",
                complaint.getMessage());
    }

    /** Asks for one cell of the static cache: {@code reason} is empty where it can work. */
    private void assertVetoed(String cell, String reason) {
        String[] parts = cell.split(" ");
        var words = new ArrayList<>(List.of(parts[0], "-p", "model=" + model));
        words.addAll(List.of("-p", "strategy=static"));
        for (int i = 1; i < parts.length; i++) {
            words.addAll(List.of("-p", parts[i]));
        }
        Matrix matrix = matrix(words.toArray(String[]::new));
        assertEquals(
                reason.isEmpty() ? List.of() : List.of(reason),
                matrix.vetoed().stream().map(VetoedArm::reason).toList(),
                cell);
        assertEquals(reason.isEmpty() ? 1 : 0, matrix.cells().size(), cell);
    }

    private static List<String> titles(String... words) {
        Matrix matrix = matrix(words);
        return matrix.cells().stream().map(cell -> cell.title(matrix.interesting())).toList();
    }

    @Test
    void refusesSeveralBenchmarkThreads() {
        for (String[] words : new String[][] {{"-t", "2"}, {"-t", "max"}, {"-tg", "1,1"}}) {
            assertEquals(
                    "-t, -tg: expected one benchmark thread, since a decoder serves one sequence at"
                            + " a time, found another number. The threads of an operator are -p"
                            + " threads=N.",
                    assertThrows(InputException.class, () -> matrix(words)).getMessage());
        }
    }

    private static Matrix matrix(String... words) {
        return Matrix.of(JmhOptions.of(List.of(words)));
    }
}
