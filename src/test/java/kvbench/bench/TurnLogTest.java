package kvbench.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kvbench.generate.CacheUse;
import kvbench.generate.Generation;
import kvbench.generate.Turn;
import kvbench.memory.Figure;
import kvbench.memory.Ledger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

class TurnLogTest {
    private static final String HEADER =
            """
            benchmark strategy scenario turns tokenBudget history scope model provider threads
            dtype sampling allocator fork repetition turn promptTokens prefilledTokens
            rewoundTokens generatedTokens totalTokens contextWords
            ttftMillis tpotMillis itlP50Millis itlP90Millis itlP99Millis itlMaxMillis
            generationMillis tokensPerSecond kvHeldBytes kvPeakBytes kvCopiedBytes kvAnalyticBytes
            kvSlackBytes kvUntouchedBytes arenaInuseBytes arenaPeakBytes arenaReservedBytes
            arenaKeptBytes weightsMappedBytes weightsReadBytes weightsPrivateBytes
            javaHeapBytes nativeHeapBytes rssResidentBytes rssPeakBytes rssGrowthBytes
            rssUnaccountedBytes javaAllocBytesPerToken ortAllocPerToken deviceUsedBytes
            ledgerRead ledgerNotTold success error
            """
                            .strip()
                            .replaceAll("\\s+", ",")
                    + "\n";

    private static final String CONVERSATION =
            "ConversationBenchmark.converse,static,claim,2,3,scripted,session,tiny,cpu,1,auto,auto,auto,";

    private static final String NO_LEDGER = "NaN" + ",NaN".repeat(18) + ",none";

    /** Gaps of 1 and 2 ms: p90 is 1 + 0.9 * 1. */
    private static final String ANSWERED_ROW =
            "1,10,4,2,3,13,7,2.000000,1.500000,1.500000,1.900000,1.990000,2.000000,5.000000,600.000000,128,256,64,"
                    + NO_LEDGER
                    + ",the memory was not measured,true,\n";

    private static final Turn ANSWERED =
            new Turn(
                    1,
                    10,
                    7,
                    Optional.of(
                            new Generation(
                                    10,
                                    4,
                                    new int[] {5, 6, 2000},
                                    new long[] {2_000_000, 3_000_000, 5_000_000})),
                    Optional.of(new CacheUse(128, 256, 64, 2)),
                    Optional.empty(),
                    Optional.empty());

    private static final Turn FAILED =
            Turn.failed(2, 20, 9, new IllegalStateException("no \"room\", of 3,\nnone"));

    @TempDir Path folder;

    @BeforeEach
    void nameTheFork() {
        System.setProperty(TurnLog.FOLDER_PROPERTY, folder.toString());
        System.setProperty(TurnLog.FORK_PROPERTY, "3");
    }

    @AfterEach
    void forgetTheFork() {
        System.clearProperty(TurnLog.FOLDER_PROPERTY);
        System.clearProperty(TurnLog.FORK_PROPERTY);
    }

    @Test
    void writesARowForEachTurnAndQuotesItsError() throws IOException {
        TurnLog.of(params()).add(List.of(ANSWERED, FAILED), iteration(IterationType.MEASUREMENT));
        assertEquals(
                HEADER
                        + CONVERSATION
                        + "3,1,"
                        + ANSWERED_ROW
                        + CONVERSATION
                        + "3,1,2,20,NaN,NaN,0,20,9,NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN,"
                        + NO_LEDGER
                        + ",the turn failed,false,\"no"
                        + " \"\"room\"\", of 3, none\"\n",
                turns());
    }

    @Test
    void theLedgersLinesAreColumnsAndWhatIsNotToldSaysWhy() throws IOException {
        Figure hidden = Figure.unknown("hidden");
        Figure none = Figure.unknown(Ledger.NO_DEVICE);
        var ledger =
                new Ledger(
                        Figure.of(100),
                        Figure.of(128),
                        Figure.of(28),
                        Figure.of(0),
                        Figure.of(256),
                        Figure.of(1),
                        hidden,
                        Figure.of(2),
                        Figure.of(3),
                        Figure.of(4_000_000_000.0),
                        Figure.of(5),
                        Figure.of(6),
                        Figure.of(-7),
                        Figure.of(8),
                        Figure.of(9),
                        hidden,
                        Figure.of(200),
                        Figure.of(1.0 / 3),
                        Figure.of(82.5),
                        none);
        TurnLog.of(params())
                .add(List.of(ANSWERED.with(ledger)), iteration(IterationType.MEASUREMENT));

        // Of 200 beyond the baseline the lines explain 100 + 28 - 0 + 3 + 5 - 7 + 8.
        assertEquals(
                HEADER
                        + CONVERSATION
                        + "3,1,"
                        + ANSWERED_ROW.substring(0, ANSWERED_ROW.indexOf("NaN"))
                        + "100,28,0,1,NaN,2,3,4000000000,5,6,-7,8,9,NaN,200,63,0.333,82.500,NaN,warm-up,\"hidden:"
                        + " arena.peak, rss.peak; the CPU provider uses no device:"
                        + " device.used\",true,\n",
                turns());
    }

    @Test
    void keepsEachTokenAndItsTime() throws IOException {
        TurnLog.of(params()).add(List.of(ANSWERED, FAILED), iteration(IterationType.MEASUREMENT));
        String arm =
                "{\"benchmark\":\"ConversationBenchmark.converse\",\"strategy\":\"static\",\"scenario\":\"claim\",\"turns\":\"2\","
                    + "\"tokenBudget\":\"3\",\"history\":\"scripted\",\"scope\":\"session\",\"model\":\"tiny\",\"provider\":\"cpu\",\"threads\":\"1\",\"dtype\":\"auto\",\"sampling\":\"auto\",\"allocator\":\"auto\",\"fork\":3,\"repetition\":1,";
        assertEquals(
                arm
                        + "\"turn\":1,\"promptTokens\":10,\"success\":true,\"error\":\"\",\"tokens\":[5,6,2000],\"nanos\":[2000000,3000000,5000000]}\n"
                        + arm
                        + "\"turn\":2,\"promptTokens\":20,\"success\":false,\"error\":\"no"
                        + " \\\"room\\\", of 3, none\",\"tokens\":[],\"nanos\":[]}\n",
                Files.readString(folder.resolve(TurnLog.TOKENS_FILE)));
    }

    @Test
    void numbersTheMeasuredRepetitionsAndLeavesWarmupOut() throws IOException {
        TurnLog log = TurnLog.of(params());
        log.add(List.of(FAILED), iteration(IterationType.WARMUP));
        log.add(List.of(ANSWERED), iteration(IterationType.MEASUREMENT));
        log.add(List.of(ANSWERED), iteration(IterationType.MEASUREMENT));
        assertEquals(
                HEADER
                        + CONVERSATION
                        + "3,1,"
                        + ANSWERED_ROW
                        + CONVERSATION
                        + "3,2,"
                        + ANSWERED_ROW,
                turns());
    }

    @Test
    void anAnswerOfOneTokenHasNoGap() throws IOException {
        var answer =
                new Turn(
                        1,
                        10,
                        7,
                        Optional.of(new Generation(10, 10, new int[1], new long[] {2_000_000})),
                        Optional.of(new CacheUse(128, 256, 64, 0)),
                        Optional.empty(),
                        Optional.empty());
        TurnLog.of(params()).add(List.of(answer), iteration(IterationType.MEASUREMENT));
        assertEquals(
                HEADER
                        + CONVERSATION
                        + "3,1,1,10,10,0,1,11,7,2.000000,NaN,NaN,NaN,NaN,NaN,2.000000,500.000000,128,256,64,"
                        + NO_LEDGER
                        + ",the memory was not measured,true,\n",
                turns());
    }

    @Test
    void whatABenchmarkHasNoParameterForIsEmpty() throws IOException {
        var params = new WorkloadParams();
        params.put("promptTokens", "10", 0);
        params.put("tokenBudget", "3", 0);
        params.put("strategy", "static@2", 0);
        params.put("model", "tiny", 0);
        params.put("provider", "cpu", 0);
        params.put("threads", "1", 0);
        Stream.of("dtype", "sampling", "allocator").forEach(name -> params.put(name, "auto", 0));
        TurnLog.of(params("kvbench.bench.GenerationBenchmark.generate", params))
                .add(List.of(ANSWERED), iteration(IterationType.MEASUREMENT));
        assertEquals(
                HEADER
                        + "GenerationBenchmark.generate,static@2,,,3,,,tiny,cpu,1,auto,auto,auto,3,1,"
                        + ANSWERED_ROW,
                turns());
    }

    @Test
    void writesNothingWhereThereIsNoRun() throws IOException {
        System.clearProperty(TurnLog.FOLDER_PROPERTY);
        TurnLog.of(params()).add(List.of(ANSWERED), iteration(IterationType.MEASUREMENT));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void aForkWithAFolderHasANumber() {
        System.clearProperty(TurnLog.FORK_PROPERTY);
        assertEquals(
                "expected the fork's number in -Dkvbench.fork, found \"\"",
                assertThrows(IllegalStateException.class, () -> TurnLog.of(params())).getMessage());
    }

    private String turns() throws IOException {
        return Files.readString(folder.resolve(TurnLog.TURNS_FILE));
    }

    private static IterationParams iteration(IterationType type) {
        return new IterationParams(type, 1, TimeValue.NONE, 1);
    }

    private static BenchmarkParams params() {
        var params = new WorkloadParams();
        params.put("turns", "2", 0);
        params.put("tokenBudget", "3", 0);
        params.put("strategy", "static", 0);
        params.put("scenario", "claim", 0);
        params.put("history", "scripted", 0);
        params.put("scope", "session", 0);
        params.put("model", "tiny", 0);
        params.put("provider", "cpu", 0);
        params.put("threads", "1", 0);
        Stream.of("dtype", "sampling", "allocator").forEach(name -> params.put(name, "auto", 0));
        return params("kvbench.bench.ConversationBenchmark.converse", params);
    }

    private static BenchmarkParams params(String benchmark, WorkloadParams params) {
        return new BenchmarkParams(
                benchmark,
                "generated",
                false,
                1,
                new int[] {1},
                List.of(),
                1,
                0,
                iteration(IterationType.WARMUP),
                iteration(IterationType.MEASUREMENT),
                Mode.SingleShotTime,
                params,
                TimeUnit.MILLISECONDS,
                1,
                "java",
                List.of(),
                "25",
                "vm",
                "25",
                "1.37",
                TimeValue.minutes(1));
    }
}
