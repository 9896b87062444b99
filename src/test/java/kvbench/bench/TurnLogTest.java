package kvbench.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.generate.Generation;
import kvbench.generate.Turn;

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
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

class TurnLogTest {
    private static final String HEADER =
            "strategy,scenario,turns,tokenBudget,history,model,provider,threads,fork,repetition,"
                    + "turn,promptTokens,generatedTokens,totalTokens,contextWords,"
                    + "generationMillis,ttftMillis,tpotMillis,tokensPerSecond,kvHeldBytes,"
                    + "kvPeakBytes,success,error\n";

    private static final long PID = ProcessHandle.current().pid();

    private static final Turn ANSWERED =
            new Turn(
                    1,
                    10,
                    7,
                    Optional.of(
                            new Generation(
                                    10, new int[3], new long[] {2_000_000, 3_000_000, 5_000_000})),
                    OptionalLong.of(128),
                    OptionalLong.of(256),
                    Optional.empty());

    private static final Turn FAILED =
            Turn.failed(2, 20, 9, new IllegalStateException("no \"room\", of 3,\nnone"));

    @TempDir Path run;

    @BeforeEach
    void nameTheRun() {
        System.setProperty(TurnLog.RUN_PROPERTY, run.toString());
    }

    @AfterEach
    void forgetTheRun() {
        System.clearProperty(TurnLog.RUN_PROPERTY);
    }

    @Test
    void writesARowForEachTurnAndQuotesItsError() throws IOException {
        TurnLog.begin(run);
        TurnLog.of(params()).add(List.of(ANSWERED, FAILED), iteration(IterationType.MEASUREMENT));
        assertEquals(
                HEADER
                        + ("static,claim,2,3,scripted,tiny,cpu,1,%d,1,1,10,3,13,7,5.000000,2.000000,1.500000,600.000000,128,256,true,\n"
                                .formatted(PID))
                        + ("static,claim,2,3,scripted,tiny,cpu,1,%d,1,2,20,0,20,9,NaN,NaN,NaN,NaN,NaN,NaN,false,\"no \"\"room\"\", of 3,\nnone\"\n"
                                .formatted(PID)),
                Files.readString(run.resolve(TurnLog.FILE)));
    }

    @Test
    void numbersTheMeasuredRepetitionsAndLeavesWarmupOut() throws IOException {
        TurnLog.begin(run);
        TurnLog log = TurnLog.of(params());
        log.add(List.of(FAILED), iteration(IterationType.WARMUP));
        log.add(List.of(ANSWERED), iteration(IterationType.MEASUREMENT));
        log.add(List.of(ANSWERED), iteration(IterationType.MEASUREMENT));
        String row =
                "static,claim,2,3,scripted,tiny,cpu,1,%d,%d,1,10,3,13,7,5.000000,2.000000,1.500000,600.000000,128,256,true,\n";
        assertEquals(
                HEADER + row.formatted(PID, 1) + row.formatted(PID, 2),
                Files.readString(run.resolve(TurnLog.FILE)));
    }

    @Test
    void writesNothingWhereThereIsNoRun() throws IOException {
        System.clearProperty(TurnLog.RUN_PROPERTY);
        TurnLog.of(params()).add(List.of(ANSWERED), iteration(IterationType.MEASUREMENT));
        try (Stream<Path> files = Files.list(run)) {
            assertEquals(0, files.count());
        }
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
        params.put("model", "tiny", 0);
        params.put("provider", "cpu", 0);
        params.put("threads", "1", 0);
        return new BenchmarkParams(
                "kvbench.bench.ConversationBenchmark.converse",
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
