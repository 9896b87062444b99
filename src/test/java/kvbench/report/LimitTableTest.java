package kvbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.context.RunContext;
import kvbench.context.SomeContext;
import kvbench.results.Run;
import kvbench.results.SomeResult;
import kvbench.table.Table;
import kvbench.table.TextTable;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Models of 1,000 million parameters. */
class LimitTableTest {
    private static final String READ = "kvbench.bench.ReadBandwidthBenchmark.read";
    private static final String COPY = "kvbench.bench.DeviceBandwidthBenchmark.copy";

    private static final String EXPLANATION =
            """

            to move: the weights in the type that is computed in and the cached keys and values. limit: that over the
              bandwidth measured in this run, of the device that computes. Above 100% are, on the CPU, weights that a
              processor's own caches hold, and on a GPU reading that is faster than the copying that was measured.
            """;

    @Test
    void onTheCpuALimitIsTheBytesOverTheReadBandwidth() {
        // 1 GB in 25 ms: 40 GB/s. 4 GB of weights take 100 ms, and 0.4 GB of cache 10.
        assertTable(
                """
                test           strategy  time/token  to move  bandwidth  limit  of the limit
                                                 ms                GB/s     ms
                -------------  --------  ----------  -------  ---------  -----  ------------
                tg @ d 100000  none           200.0  3.7 GiB      40.00  100.0         50.0%
                tg @ d 100000  static         125.0  4.1 GiB      40.00  110.0         88.0%
                """
                        + EXPLANATION,
                cpu(),
                read("2", 1_000_000_000, 25),
                step("none", 0, 200),
                step("static", 400_000_000, 125));
    }

    @Test
    void onAGpuItIsTheBytesOverWhatACopyReadsAndWrites() {
        // 2 x 1 GB in 1 ms: 2,000 GB/s. 2 GB of weights and 0.2 GB of cache take 1.1 ms.
        assertTable(
                """
                test           strategy      time/token  to move  bandwidth  limit  of the limit
                                                     ms                GB/s     ms
                -------------  ------------  ----------  -------  ---------  -----  ------------
                tg @ d 100000  static              2.00  2.0 GiB       2000   1.10         55.0%
                tg @ d 100000  static-graph        1.25  2.0 GiB       2000   1.10         88.0%
                """
                        + EXPLANATION,
                cuda(),
                read("2", 1_000_000_000, 25),
                copy(1_000_000_000, 1),
                step("static", 200_000_000, 2),
                step("static-graph", 200_000_000, 1.25));
    }

    @Test
    void theTypeThatAnArmNamesIsThatOfItsWeights() {
        RunContext several =
                SomeContext.with(cpu(), "/runtime/computing/elementType", "\"bfloat16, float32\"");
        assertTable(
                """
                test                           strategy  time/token  to move  bandwidth  limit  of the limit
                                                                 ms                GB/s     ms
                -----------------------------  --------  ----------  -------  ---------  -----  ------------
                tg @ d 100000, dtype=auto      static         125.0      n/a      40.00    n/a           n/a
                tg @ d 100000, dtype=bfloat16  static         125.0  1.9 GiB      40.00  50.00         40.0%
                """
                        + EXPLANATION
                        + """
                        n/a, since neither parameter dtype nor context.json tells the one type that it computed in: static (tg @ d
                          100000, dtype=auto)
                        """,
                several,
                read("2", 1_000_000_000, 25),
                step("static", 0, 125).param("dtype", "auto"),
                step("static", 0, 125).param("dtype", "bfloat16"));
    }

    @Test
    void theProviderThatAnArmNamesIsItsDevice() {
        RunContext both = SomeContext.with(cpu(), "/runtime/computing/provider", "\"cpu, cuda\"");
        List<List<Table.Cell>> rows =
                table(
                                both,
                                read("2", 1_000_000_000, 25),
                                copy(1_000_000_000, 1),
                                step("static", 0, 125).param("provider", "cpu"),
                                step("static", 0, 125)
                                        .param("provider", "cuda")
                                        .param("dtype", "float16"),
                                step("static", 0, 125).param("provider", "auto"))
                        .orElseThrow()
                        .rows();
        assertEquals(
                List.of("40.00", "2000"), rows.stream().map(row -> row.get(4).text()).toList());
    }

    @Test
    void ofSeveralBandwidthsThatOfAsManyThreadsAndMostBytesCounts() {
        List<List<Table.Cell>> rows =
                table(
                                cpu(),
                                read("1", 4_000_000_000L, 400),
                                read("2", 1_000_000, 0.001),
                                read("2", 1_000_000_000, 25),
                                step("static", 0, 125))
                        .orElseThrow()
                        .rows();
        assertEquals(List.of("40.00"), rows.stream().map(row -> row.get(4).text()).toList());
    }

    @Test
    void whatIsNotKnownIsSaid() {
        assertTable(
                """
                test           strategy  time/token  to move  bandwidth  limit  of the limit
                                                 ms                GB/s     ms
                -------------  --------  ----------  -------  ---------  -----  ------------
                tg @ d 100000  static         125.0      n/a      40.00    n/a           n/a
                """
                        + EXPLANATION
                        + """
                        n/a, since context.json does not tell of its model: static (tg @ d 100000)
                        n/a, since ledger.kv.analytic was not measured: static (tg @ d 100000)
                        """,
                cpu(),
                read("2", 1_000_000_000, 25),
                SomeResult.step("static", 100_000)
                        .param("model", "another")
                        .param("threads", "2")
                        .time("ms/op", 125));
    }

    @Test
    void withoutTheBandwidthOfTheDeviceOrAContextThereIsNoTable() {
        SomeResult step = step("static", 0, 125);
        assertEquals(Optional.empty(), table(cpu(), step));
        assertEquals(Optional.empty(), table(cpu(), copy(1_000_000_000, 1), step));
        assertEquals(Optional.empty(), table(cuda(), read("2", 1_000_000_000, 25), step));
        Run unknown = SomeResult.run("run", read("2", 1_000_000_000, 25), step);
        assertEquals(
                Optional.empty(),
                LimitTable.of(unknown, new TestNames(unknown.results(), Set.of()), Map.of()));
    }

    @Test
    void theCopyBandwidthIsASentence() {
        assertEquals(
                List.of(
                        "Copy bandwidth of the GPU's memory: 2000 GB/s (bytes=1000000000; 1 fork x"
                                + " 1 iteration)"),
                BandwidthLines.of(List.of(copy(1_000_000_000, 1).build())));
    }

    private static RunContext cpu() {
        return SomeContext.with("/models/0/parameters", "1000000000");
    }

    private static RunContext cuda() {
        return SomeContext.with(
                SomeContext.with(cpu(), "/runtime/computing/provider", "\"cuda\""),
                "/runtime/computing/elementType",
                "\"float16\"");
    }

    private static SomeResult read(String threads, long bytes, double millis) {
        return new SomeResult(READ, "avgt")
                .param("bytes", bytes)
                .param("threads", threads)
                .time("ms/op", millis);
    }

    private static SomeResult copy(long bytes, double millis) {
        return new SomeResult(COPY, "avgt").param("bytes", bytes).time("us/op", 1000 * millis);
    }

    private static SomeResult step(String strategy, double cachedBytes, double millis) {
        return SomeResult.step(strategy, 100_000)
                .param("model", "tiny")
                .param("threads", "2")
                .time("ms/op", millis)
                .metric("ledger.kv.analytic", "bytes", cachedBytes);
    }

    private static Optional<Table> table(RunContext context, SomeResult... results) {
        Run run = SomeResult.on(context, SomeResult.run("run", results));
        return LimitTable.of(run, new TestNames(run.results(), Set.of()), Map.of());
    }

    private static void assertTable(String expected, RunContext context, SomeResult... results) {
        String text = TextTable.render(table(context, results).orElseThrow());
        assertEquals("Decode steps against the memory's limit\n\n" + expected, text);
    }
}
