package kvbench.report;

import kvbench.context.SomeContext;
import kvbench.results.FailedArm;
import kvbench.results.JmhJson;
import kvbench.results.Outcomes;
import kvbench.results.Run;
import kvbench.results.TokenGaps;
import kvbench.results.TurnRows;
import kvbench.results.UnfinishedArm;
import kvbench.results.VetoedArm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A run of a few arms, written by hand, with all that a run's folder may hold. */
final class SmallRun {
    static final String PACKAGE = "kvbench.bench.";

    private SmallRun() {}

    /** Writes it and reads it; its name is that of the folder. */
    static Run in(Path folder) throws IOException {
        write(
                folder,
                conversation("dynamic", 400, 3000, 4096),
                // 350 / 400: 1.14 times as fast, with 1.5 times the memory
                conversation("static", 350, 6144, 6144),
                // Lossy, as the context has it: 200 / 400
                conversation("int8", 200, 750, 1024),
                step("dynamic", 50),
                step("static", 25));
        SomeContext.with("/arguments", "[\"-f\",\"6\"]").write(folder);
        Files.write(
                folder.resolve(Outcomes.FILE_NAME),
                new Outcomes(
                                List.of(
                                        new FailedArm(
                                                PACKAGE + "DecodeStepBenchmark.step",
                                                Map.of("strategy", "int8", "depth", "64"),
                                                1,
                                                0,
                                                0,
                                                "out of <memory>")),
                                List.of(
                                        new UnfinishedArm(
                                                PACKAGE + "ConversationBenchmark.converse",
                                                Map.of(
                                                        "strategy",
                                                        "int8",
                                                        "turns",
                                                        "2",
                                                        "scenario",
                                                        "claim"),
                                                1,
                                                7)),
                                List.of(
                                        new VetoedArm(
                                                PACKAGE + "DecodeStepBenchmark.step",
                                                Map.of("strategy", "fp8", "depth", "64"),
                                                "runs on CUDA only")))
                        .toJson());
        Files.writeString(folder.resolve(TurnRows.FILE_NAME), turns());
        // Gaps of 2 and 4 ms, of 1 ms twice
        Files.writeString(
                folder.resolve(TokenGaps.FILE_NAME),
                """
                {"benchmark":"ConversationBenchmark.converse","turns":"2","strategy":"dynamic","turn":1,"nanos":[5000000,7000000,11000000]}
                {"benchmark":"ConversationBenchmark.converse","turns":"2","strategy":"static","turn":1,"nanos":[5000000,6000000,7000000]}
                """);
        return Run.read(folder);
    }

    static void write(Path folder, JmhJson... results) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(Run.RESULTS_FILE), JmhJson.file(results));
    }

    /** Six forks of one iteration, a thousandth apart: 100 tokens in two turns. */
    static JmhJson conversation(String strategy, double millis, long held, long peak) {
        return new JmhJson(PACKAGE + "ConversationBenchmark.converse", "ss")
                .param("strategy", strategy)
                .param("turns", 2)
                .param("scenario", "claim")
                .primary("ms/op", forks(millis + 1))
                .secondary("generate.time", "ms", forks(millis))
                .secondary("generate.ttft", "ms", forks(millis / 10))
                .secondary("generate.tpot", "ms", forks(millis / 100))
                .secondary("generate.itl.p50", "ms", forks(millis / 100))
                .secondary("generate.itl.p90", "ms", forks(millis / 80))
                .secondary("generate.itl.p99", "ms", forks(millis / 50))
                .secondary("generate.itl.max", "ms", forks(millis / 40))
                .secondary("generate.tokens", "#", six(100))
                .secondary("turns.ok", "#", six(2))
                .secondary("turns.failed", "#", six(0))
                .secondary("kv.held", "B", six(held))
                .secondary("kv.peak", "B", six(peak));
    }

    static JmhJson step(String strategy, double micros) {
        return new JmhJson(PACKAGE + "DecodeStepBenchmark.step", "avgt")
                .param("strategy", strategy)
                .param("depth", 64)
                .primary("us/op", forks(micros));
    }

    /** Forks at 997, 998, ..., 1002 thousandths, so that the median is 999.5 thousandths. */
    static String forks(double level) {
        return IntStream.range(-3, 3)
                .mapToObj(fork -> "[%s]".formatted(level * (1000 + fork) / 1000))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    static String six(long value) {
        return "[[%1$d], [%1$d], [%1$d], [%1$d], [%1$d], [%1$d]]".formatted(value);
    }

    /** Two forks of two turns each; the last turn of static failed. */
    private static String turns() {
        return """
        benchmark,strategy,turns,fork,repetition,turn,generatedTokens,generationMillis,tokensPerSecond,kvHeldBytes,kvPeakBytes,ttftMillis,success
        ConversationBenchmark.converse,dynamic,2,1,1,1,10,1000,10,2000,3000,100,true
        ConversationBenchmark.converse,dynamic,2,1,1,2,10,4000,2.5,3000,4096,200,true
        ConversationBenchmark.converse,dynamic,2,2,1,1,10,1000,10,2000,3000,100,true
        ConversationBenchmark.converse,dynamic,2,2,1,2,10,2000,5,3000,4096,200,true
        ConversationBenchmark.converse,static,2,1,1,1,10,500,20,6144,6144,100,true
        ConversationBenchmark.converse,static,2,1,1,2,10,1000,10,6144,6144,100,true
        ConversationBenchmark.converse,static,2,2,1,1,10,500,20,6144,6144,100,true
        ConversationBenchmark.converse,static,2,2,1,2,0,NaN,NaN,NaN,NaN,NaN,false
        ConversationBenchmark.converse,static,1,1,1,1,10,500,20,6144,6144,100,true
        """;
    }
}
