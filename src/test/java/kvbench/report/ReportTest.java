package kvbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.context.SomeContext;
import kvbench.results.FailedArm;
import kvbench.results.JmhJson;
import kvbench.results.Outcomes;
import kvbench.results.Run;
import kvbench.results.UnfinishedArm;
import kvbench.results.VetoedArm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

class ReportTest {
    private static final String PACKAGE = "kvbench.bench.";

    /** Medians of the forks: 4100 and 4500. */
    private static final String NONE_TIMES = "[[4000, 4200], [4400, 4600]]";

    /** Medians of the forks: 410 and 450. */
    private static final String STATIC_TIMES = "[[400, 420], [440, 460]]";

    @TempDir Path folder;

    /** Two forks of two iterations each; every metric in place. */
    private static JmhJson conversation(String strategy, int turns, String times) {
        return new JmhJson(PACKAGE + "ConversationBenchmark.converse", "ss")
                .param("strategy", strategy)
                .param("turns", turns)
                .param("scenario", "claim")
                .param("tokenBudget", 50)
                .param("model", "tiny")
                .param("provider", "cpu")
                .primary("ms/op", times)
                .secondary("generate.time", "ms", times)
                .secondary("generate.ttft", "ms", "[[10.0, 12.0], [14.0, 16.0]]")
                .secondary("generate.tpot", "ms", "[[2.0, 2.0], [3.0, 3.0]]")
                .secondary("generate.tokens", "#", "[[100.0, 100.0], [100.0, 100.0]]")
                .secondary("turns.ok", "#", "[[4.0, 4.0], [4.0, 3.0]]")
                .secondary("turns.failed", "#", "[[0.0, 0.0], [0.0, 1.0]]");
    }

    @Test
    void conversationsAreTabledByTurnsThenStrategy() throws IOException {
        // none: fork medians 4100 and 4500 ms, so 4300 +- 200 (4.7 %); 400 tokens in 17.2 s
        // static: fork medians 410 and 450 ms, so 430 +- 20; 400 tokens in 1.72 s; 4300 / 430 = 10
        // success: 15 of 16 turns
        assertEquals(
                """
                ConversationBenchmark.converse (ss): model=tiny provider=cpu scenario=claim tokenBudget=50

                turns  strategy  gen time    +-   TTFT  TPOT  tokens/s  KV held  KV peak  success  vs none
                                        s           ms    ms
                -----  --------  --------  ----  -----  ----  --------  -------  -------  -------  -------
                    4  none          4.30  4.7%  13.00  2.50     23.26      0 B      0 B    93.8%    x1.00
                    4  dynamic      0.500  0.0%  13.00  2.50     200.0   1000 B  2.0 KiB    93.8%    x8.60
                    4  static       0.430  4.7%  13.00  2.50     232.6  4.5 MiB  4.5 MiB    93.8%   x10.00
                   10  none          8.60  4.7%  13.00  2.50     11.63      0 B      0 B    93.8%    x1.00

                2 forks x 2 iterations: times are medians over the forks of each fork's median. +- is half the range of the
                  forks.
                gen time: generation of all answers. tokens/s: tokens in all over that time in all. KV held: most bytes held
                  after any step; KV peak: most alive at once, past and present together. success: turns that ended well, of
                  all. vs none: gen time of none over that of the row.
                """,
                text(
                        kv(conversation("none", 10, "[[8000, 8400], [8800, 9200]]"), 0, 0),
                        kv(conversation("static", 4, STATIC_TIMES), 4718592, 4718592),
                        kv(conversation("none", 4, NONE_TIMES), 0, 0),
                        kv(conversation("dynamic", 4, "[[500, 500], [500, 500]]"), 1000, 2000)));
    }

    @Test
    void latencyIsADistributionInATableOfItsOwn() throws IOException {
        // ITL p50: medians of the forks 1.5 and 2.5.
        String text =
                text(
                        itl(conversation("static", 4, STATIC_TIMES)),
                        conversation("none", 4, NONE_TIMES));
        assertEquals(
                """
                Latency of ConversationBenchmark.converse (ss): model=tiny provider=cpu scenario=claim tokenBudget=50

                turns  strategy  TPOT  ITL p50  ITL p90  ITL p99  ITL max
                                   ms       ms       ms       ms       ms
                -----  --------  ----  -------  -------  -------  -------
                    4  none      2.50      n/a      n/a      n/a      n/a
                    4  static    2.50     2.00     4.00     8.00    16.00

                2 forks x 2 iterations: times are medians over the forks of each fork's median.
                TPOT: mean time per output token after the first. ITL: the gap before each of them, as a distribution over
                  all answers of an iteration; percentiles are interpolated linearly, so that p99 of few gaps is close to the
                  longest.
                n/a, since generate.itl.p50 was not measured: none (turns 4)
                n/a, since generate.itl.p90 was not measured: none (turns 4)
                n/a, since generate.itl.p99 was not measured: none (turns 4)
                n/a, since generate.itl.max was not measured: none (turns 4)
                """,
                text.substring(text.indexOf("Latency of")));
    }

    @Test
    void withoutAnyLatencyThereIsNoTableOfIt() throws IOException {
        assertFalse(text(conversation("none", 4, NONE_TIMES)).contains("Latency of"));
    }

    @Test
    void eachCombinationOfTheOtherParametersHasATableOfItsOwn() throws IOException {
        String text =
                text(
                        conversation("none", 4, NONE_TIMES).param("model", "a"),
                        conversation("none", 4, NONE_TIMES).param("model", "b"),
                        conversation("static", 4, STATIC_TIMES).param("model", "b"));
        assertEquals(
                List.of(
                        "ConversationBenchmark.converse (ss): model=a provider=cpu scenario=claim"
                                + " tokenBudget=50",
                        "ConversationBenchmark.converse (ss): model=b provider=cpu scenario=claim"
                                + " tokenBudget=50"),
                text.lines().filter(line -> line.startsWith("Conversation")).toList());
    }

    @Test
    void tokensPerSecondAreTotalsOverTotalsAndNoMeanOfRatios() throws IOException {
        // 10 tokens in 1 s and 10 in 4 s: 20 / 5 = 4 tokens/s, where the mean of 10 and 2.5 is 6.25
        String text =
                text(
                        kv(
                                conversation("none", 1, "[[1000, 4000]]")
                                        .secondary("generate.tokens", "#", "[[10, 10]]"),
                                0,
                                0));
        assertEquals("4.00", text.lines().toList().get(5).split(" +")[7]);
    }

    @Test
    void aMissingMetricIsNotAvailableAndSaysWhy() throws IOException {
        String text =
                text(
                        conversation("none", 4, NONE_TIMES),
                        kv(conversation("static", 4, STATIC_TIMES), 64, 64));
        assertEquals(
                "    4  none          4.30  4.7%  13.00  2.50     23.26      n/a      n/a   "
                        + " 93.8%    x1.00",
                text.lines().toList().get(5));
        assertEquals(
                List.of(
                        "n/a, since kv.held was not measured: none (turns 4)",
                        "n/a, since kv.peak was not measured: none (turns 4)"),
                reasons(text));
    }

    @Test
    void aMetricThatEveryRowLacksIsNotedOnce() throws IOException {
        String text =
                text(conversation("none", 4, NONE_TIMES), conversation("static", 4, STATIC_TIMES));
        assertEquals(
                List.of(
                        "n/a, since kv.held was not measured: every row",
                        "n/a, since kv.peak was not measured: every row"),
                reasons(text));
    }

    @Test
    void withoutNoneThereIsNothingToCompareWith() throws IOException {
        String text = text(kv(conversation("static", 4, STATIC_TIMES), 64, 64));
        assertTrue(text.lines().toList().get(5).endsWith("93.8%      n/a"), text);
        assertEquals(List.of("n/a, since none was not measured: turns 4"), reasons(text));
    }

    @Test
    void anIterationWithoutANumberIsLeftOutAndSaid() throws IOException {
        // left: 4000 | 4400 and 4600, so 4000 and 4500; 300 tokens in 13 s
        String text = text(kv(conversation("none", 4, "[[4000, \"NaN\"], [4400, 4600]]"), 64, 64));
        assertEquals(
                "    4  none          4.25  5.9%  13.00  2.50     23.08     64 B     64 B   "
                        + " 93.8%    x1.00",
                text.lines().toList().get(5));
        assertTrue(
                text.contains(
                        "\ngenerate.time is no number in some iterations, which are left out: none"
                                + " (turns 4) (1 of 4)\n"),
                text);
    }

    @Test
    void aUnitThatIsNoTimeIsNamed() throws IOException {
        String text =
                text(
                        kv(
                                conversation("none", 4, NONE_TIMES)
                                        .secondary("generate.ttft", "furlongs", "[[1, 1], [1, 1]]"),
                                0,
                                0));
        assertEquals(
                List.of(
                        "n/a, since the unit of generate.ttft is \"furlongs\" and not a time: none"
                                + " (turns 4)"),
                reasons(text));
    }

    @Test
    void bytesThatVaryAreAWarning() throws IOException {
        String text =
                text(
                        conversation("none", 4, NONE_TIMES)
                                .secondary("kv.held", "B", "[[10, 30], [20, 20]]")
                                .secondary("kv.peak", "B", "[[40, 40], [40, 40]]"));
        assertTrue(text.lines().toList().get(5).contains("   30 B     40 B "), text);
        assertTrue(
                text.endsWith(
                        "kv.held is a count and should not vary, but does (the most is shown): none"
                                + " (turns 4) (10 to 30 B)\n"),
                text);
    }

    @Test
    void unequalNumbersOfTokensSpoilTheComparison() throws IOException {
        String text =
                text(
                        kv(conversation("none", 4, NONE_TIMES), 0, 0),
                        kv(
                                conversation("static", 4, STATIC_TIMES)
                                        .secondary("generate.tokens", "#", "[[90, 90], [90, 90]]"),
                                0,
                                0));
        assertTrue(
                text.endsWith(
                        "the arms did not generate equally many tokens, so vs none compares unequal"
                                + " work: turns 4 (90.00 to 100.0 per\n  iteration)\n"),
                text);
    }

    @Test
    void generationsAreTabledByLengthOfPromptAndAnswer() throws IOException {
        String text =
                text(
                        generation("static", 1024, 32, "[[100]]"),
                        generation("none", 64, 128, "[[800]]"),
                        generation("none", 64, 32, "[[200]]"),
                        generation("static", 64, 128, "[[100]]"));
        assertEquals(
                List.of(
                        "  pp 64 + tg 32  none         0.200  n/a",
                        " pp 64 + tg 128  none         0.800  n/a",
                        " pp 64 + tg 128  static       0.100  n/a",
                        "pp 1024 + tg 32  static       0.100  n/a"),
                text.lines()
                        .filter(line -> line.strip().startsWith("pp "))
                        .map(line -> line.substring(0, 40))
                        .toList());
        assertTrue(text.contains(" x8.00\n"), text);
    }

    @Test
    void prefillShowsTimeAndPromptTokensPerSecond() throws IOException {
        // 2 x 512 tokens in 0.4 s: 2560 tokens/s; 2 x 64 in 0.02 s: 6400
        assertEquals(
                """
                PrefillBenchmark.prefill (avgt): model=tiny

                  test  strategy  prefill   +-  tokens/s
                                       ms
                ------  --------  -------  ---  --------
                 pp 64  none        10.00  n/a      6400
                pp 512  none        200.0  n/a      2560

                1 fork x 2 iterations: times are medians over the forks of each fork's median. +- is n/a: a single fork has
                  no spread.
                tokens/s: prompt tokens in all over time in all.
                """,
                text(prefill("512", "[[100, 300]]"), prefill("64", "[[10, 10]]")));
    }

    @Test
    void aPromptWithoutALengthHasNoTokensPerSecond() throws IOException {
        String text = text(prefill("many", "[[100, 300]]"));
        assertTrue(text.contains("pp many  none        200.0  n/a       n/a\n"), text);
        assertEquals(
                List.of("n/a, since promptTokens is no whole number: none (pp many)"),
                reasons(text));
    }

    @Test
    void decodeStepsAreTabledByDepthWithStrategiesSideBySide() throws IOException {
        assertEquals(
                """
                DecodeStepBenchmark.step (avgt): capacity=1024

                depth      none             static
                       us/token  KV held  us/token   KV held
                -----  --------  -------  --------  --------
                   64     150.0      0 B     25.00  97.7 KiB
                  512     15000      0 B       n/a       n/a

                1 fork x 2 iterations: times are medians over the forks of each fork's median. A single fork has no spread.
                n/a, since there is no result: static @ d 512
                Java bytes allocated per step, JMH's own per iteration included: static @ d 64 17 B
                """,
                text(
                        decodeStep("static", 64, "us/op", "[[20, 30]]", 99_999)
                                .secondary("\u00b7gc.alloc.rate.norm", "B/op", "[[16, 18]]"),
                        decodeStep("none", 512, "ms/op", "[[10, 20]]", 0),
                        decodeStep("none", 64, "us/op", "[[100, 200]]", 0)));
    }

    @Test
    void moreStrategiesThanFitStandInAFurtherTable() throws IOException {
        String text =
                text(
                        decodeStep("none", 64, "us/op", "[[1]]", 0),
                        decodeStep("window", 64, "us/op", "[[1]]", 0),
                        decodeStep("static", 64, "us/op", "[[1]]", 0),
                        decodeStep("chunked", 64, "us/op", "[[1]]", 0),
                        decodeStep("dynamic", 64, "us/op", "[[1]]", 0));
        assertEquals(
                List.of("depth none dynamic static chunked", "depth window"),
                text.lines()
                        .filter(line -> line.startsWith("depth"))
                        .map(line -> line.replaceAll(" +", " "))
                        .toList());
        assertTrue(text.contains("DecodeStepBenchmark.step (avgt): capacity=1024, continued\n"));
    }

    @Test
    void theFooterShowsTheReadBandwidth() throws IOException {
        // 2 x 1 GB in 50 ms: 40 GB/s
        assertEquals(
                "Read bandwidth: 40.00 GB/s (bytes=1000000000 threads=2; 1 fork x 2 iterations)\n",
                text(bandwidth("[[20, 30]]").param("bytes", "1000000000").param("threads", 2)));
        assertEquals(
                "Read bandwidth: 43.50 GB/s (1 fork x 2 iterations)\n",
                text(bandwidth("[[20, 30]]").secondary("bandwidth", "GB/s", "[[43, 44]]")));
        assertEquals(
                """
                Read bandwidth: n/a GB/s (1 fork x 1 iteration)
                n/a, since there is neither a metric in GB/s nor a whole number in parameter bytes:
                  ReadBandwidthBenchmark.read
                """,
                text(bandwidth("[[20]]")));
    }

    @Test
    void aBenchmarkWithoutATableOfItsOwnIsListed() throws IOException {
        assertEquals(
                """
                Other benchmarks

                benchmark           mode   parameters              median     +-  unit
                ------------------  -----  ----------------------  ------  -----  -----
                OddBenchmark.strut  thrpt  depth=64 strategy=none   150.0  33.3%  ops/s

                2 forks x 1 iteration: times are medians over the forks of each fork's median. +- is half the range of the
                  forks.
                """,
                text(
                        new JmhJson("some.where.OddBenchmark.strut", "thrpt")
                                .param("strategy", "none")
                                .param("depth", 64)
                                .primary("ops/s", "[[100], [200]]")));
    }

    @Test
    void turnsOfForksThatDiedCountAgainstSuccess() throws IOException {
        Files.writeString(
                folder.resolve("results.json"),
                JmhJson.file(
                        new JmhJson(PACKAGE + "ConversationBenchmark.converse", "ss")
                                .param("strategy", "static")
                                .param("turns", 2)
                                .primary("ms/op", "[[10], [10]]")
                                .secondary("generate.time", "ms", "[[10], [10]]")
                                .secondary("turns.ok", "turns", "[[2], [2]]")
                                .secondary("turns.failed", "turns", "[[0], [0]]")));
        var died =
                new FailedArm(
                        PACKAGE + "ConversationBenchmark.converse",
                        Map.of("strategy", "static", "turns", "2"),
                        3,
                        1,
                        3,
                        "killed");
        Files.write(
                folder.resolve(Outcomes.FILE_NAME),
                new Outcomes(List.of(died), List.of(), List.of()).toJson());
        String row =
                Report.of(Run.read(folder))
                        .text()
                        .lines()
                        .filter(line -> line.matches(" *2 +static .*"))
                        .findFirst()
                        .orElseThrow();
        // 4 and 1 of 8.
        assertTrue(row.contains(" 62.5% "), row);
    }

    @Test
    void anArmAllOfWhoseForksDiedHasARowOfNoSuccess() throws IOException {
        Files.writeString(
                folder.resolve("results.json"),
                JmhJson.file(
                        new JmhJson(PACKAGE + "ConversationBenchmark.converse", "ss")
                                .param("strategy", "static")
                                .param("turns", 2)
                                .primary("ms/op", "[[10], [10]]")
                                .secondary("generate.time", "ms", "[[10], [10]]")
                                .secondary("turns.ok", "turns", "[[2], [2]]")
                                .secondary("turns.failed", "turns", "[[0], [0]]")));
        var died =
                IntStream.rangeClosed(1, 2)
                        .mapToObj(
                                fork ->
                                        new FailedArm(
                                                PACKAGE + "ConversationBenchmark.converse",
                                                Map.of("strategy", "none", "turns", "2"),
                                                fork,
                                                fork - 1,
                                                3 - fork,
                                                "killed"))
                        .toList();
        Files.write(
                folder.resolve(Outcomes.FILE_NAME),
                new Outcomes(died, List.of(), List.of()).toJson());
        List<String> lines = Report.of(Run.read(folder)).text().lines().toList();
        List<String> rows = lines.stream().filter(line -> line.matches(" +2 +none .*")).toList();
        assertEquals(1, rows.size(), () -> String.join("\n", lines));
        // 1 of 4.
        assertTrue(rows.getFirst().matches(" +2 +none +(n/a +){7}25\\.0% +n/a"), rows.getFirst());
        assertTrue(
                lines.stream()
                        .anyMatch(line -> line.startsWith("n/a, since every fork failed, for the")),
                () -> String.join("\n", lines));
        assertTrue(
                lines.stream().anyMatch(line -> line.startsWith("2 forks x 1 iteration: times")),
                () -> String.join("\n", lines));
        assertTrue(
                lines.contains("vs none is n/a, since none gave no figure: turns 2"),
                () -> String.join("\n", lines));

        var toCome =
                new UnfinishedArm(
                        PACKAGE + "ConversationBenchmark.converse",
                        Map.of("strategy", "none", "turns", "2"),
                        1,
                        3);
        Files.write(
                folder.resolve(Outcomes.FILE_NAME),
                new Outcomes(died, List.of(toCome), List.of()).toJson());
        assertFalse(
                Report.of(Run.read(folder)).text().contains("every fork failed"),
                "a fork is still to come");
    }

    @Test
    void anArmMeasuredTwiceTellsTheNoiseFloor() throws IOException {
        String text =
                text(
                        step("none", 64, "[[100]]"),
                        step("static", 64, "[[100], [110], [120]]"),
                        step("static@2", 64, "[[121], [121], [121]]"),
                        step("static", 128, "[[200]]"),
                        step("static@2", 128, "[[190]]"));
        assertTrue(
                text.replaceAll("\\s+", " ")
                        .contains(
                                "Noise floor (A/A): static@2 against static, the same strategy"
                                        + " measured twice, differ by up to 10.0% (2 pairs)."),
                text);
        assertTrue(text.indexOf("static@2") > text.indexOf("static "), text);
    }

    private static JmhJson step(String strategy, int depth, String raw) {
        return new JmhJson(PACKAGE + "DecodeStepBenchmark.step", "avgt")
                .param("strategy", strategy)
                .param("depth", depth)
                .primary("us/op", raw);
    }

    @Test
    void armsWithoutAResultAreListedWithTheirReason() {
        var report =
                Report.of(
                        List.of(),
                        Optional.empty(),
                        new Outcomes(
                                List.of(
                                        new FailedArm(
                                                PACKAGE + "DecodeStepBenchmark.step",
                                                Map.of("strategy", "static", "depth", "64"),
                                                2,
                                                0,
                                                0,
                                                "out of memory")),
                                List.of(
                                        new UnfinishedArm(
                                                PACKAGE + "DecodeStepBenchmark.step",
                                                Map.of("strategy", "none"),
                                                1,
                                                4)),
                                List.of(
                                        new VetoedArm(
                                                PACKAGE + "DecodeStepBenchmark.step",
                                                Map.of("strategy", "fp8"),
                                                "runs on CUDA only"))));
        assertEquals(
                """
                No results.

                Without a result: 1 failed, 1 to come, 1 not run

                outcome        benchmark                 parameters                reason
                -------------  ------------------------  ------------------------  -------------------------------------------
                fork 2 failed  DecodeStepBenchmark.step  depth=64 strategy=static  out of memory
                to come        DecodeStepBenchmark.step  strategy=none             1 of 4 forks have not been run: go on with
                                                                                   `bench --resume`
                not run        DecodeStepBenchmark.step  strategy=fp8              runs on CUDA only
                """,
                report.text());
    }

    @Test
    void anEmptyFileOfResultsIsSaidToBeEmpty() throws IOException {
        assertEquals("No results.\n", text());
    }

    @Test
    void theContextBesideTheResultsStandsAboveThemWithAWarningOfRandomWeights() throws IOException {
        SomeContext.quiet().write(folder);
        Files.writeString(folder.resolve("results.json"), "[]");
        String expected =
                """
                Run of 2026-01-02T03:04:05Z, suite 0.1.0, commit abc (main, clean)
                Host box: Linux (Some Linux 12), kernel 6.1; virtualisation: none seen
                CPU Some CPU: 2 usable cores of 4 (physical 2, sockets 1, NUMA nodes 1), SMT on, governor performance, boost
                  off; load 0.500
                Memory 4.0 GiB, 3.0 GiB available, swap 0 B of 0 B used, huge pages madvise
                GPU unknown: no driver
                ONNX Runtime 1.29.0, provider cpu, threads 2, float32; VM 25+36 (Vendor)
                Model tiny: 10 parameters, float32, 40 B of weights (sha256 tiny-hash)
                Model real: 10 parameters, bfloat16, 40 B of weights (sha256 real-hash)
                Tokens against none on tiny, provider cpu, threads 2: static equal (8), int8 failed
                WARNING: model tiny: weights are random (seed 42): speed and memory are real, text is not

                No results.
                """;
        assertEquals(expected, Report.of(Run.read(folder)).text());
        assertEquals(expected, Report.of(Run.read(folder.resolve("results.json"))).text());
    }

    @Test
    void whatAFileHoldsReachesTheTerminalAsAsciiAndWithinTheWidth() throws IOException {
        String text =
                text(
                        conversation("\\u001b[31mst\u00e4tic", 4, STATIC_TIMES)
                                .param("model", "m".repeat(300)));
        assertTrue(text.contains("?[31mst?tic"), text);
        assertTrue(text.chars().allMatch(c -> c == '\n' || c >= ' ' && c <= '~'), text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 110), text);
    }

    @Test
    void theWidestGenerationFitsTheWidth() throws IOException {
        String text =
                text(
                        kv(
                                generation("heavy-hitter", 131072, 1024, "[[123456], [234567]]")
                                        .secondary("generate.ttft", "ms", "[[123456], [123456]]")
                                        .secondary("generate.tpot", "ms", "[[123.4], [123.4]]")
                                        .secondary("generate.tokens", "#", "[[1024], [1024]]")
                                        .secondary("turns.ok", "#", "[[1], [1]]")
                                        .secondary("turns.failed", "#", "[[0], [0]]"),
                                1023 << 20,
                                1023 << 20));
        assertEquals(
                "pp 131072 + tg 1024 heavy-hitter    179.0 31.0% 123456 123.4     5.72 1023.0 MiB"
                        + " 1023.0 MiB  100.0%     n/a",
                text.lines().toList().get(5));
        assertTrue(text.lines().allMatch(line -> line.length() <= 110), text);
    }

    private String text(JmhJson... results) throws IOException {
        Path file = folder.resolve("results.json");
        Files.writeString(file, JmhJson.file(results));
        return Report.of(Run.read(file)).text();
    }

    private static List<String> reasons(String text) {
        return text.lines().filter(line -> line.startsWith("n/a, since")).toList();
    }

    private static JmhJson kv(JmhJson result, long held, long peak) {
        return result.secondary("kv.held", "B", "[[%d], [%d]]".formatted(held, held))
                .secondary("kv.peak", "B", "[[%d], [%d]]".formatted(peak, peak));
    }

    private static JmhJson itl(JmhJson result) {
        return result.secondary("generate.itl.p50", "ms", "[[1.0, 2.0], [2.5, 2.5]]")
                .secondary("generate.itl.p90", "ms", "[[4.0, 4.0], [4.0, 4.0]]")
                .secondary("generate.itl.p99", "ms", "[[8.0, 8.0], [8.0, 8.0]]")
                .secondary("generate.itl.max", "ms", "[[15.0, 15.0], [17.0, 17.0]]");
    }

    private static JmhJson generation(String strategy, int prompt, int budget, String times) {
        return new JmhJson(PACKAGE + "GenerationBenchmark.generate", "ss")
                .param("strategy", strategy)
                .param("promptTokens", prompt)
                .param("tokenBudget", budget)
                .secondary("generate.time", "ms", times);
    }

    private static JmhJson prefill(String promptTokens, String times) {
        return new JmhJson(PACKAGE + "PrefillBenchmark.prefill", "avgt")
                .param("strategy", "none")
                .param("promptTokens", promptTokens)
                .param("model", "tiny")
                .primary("ms/op", times);
    }

    private static JmhJson decodeStep(
            String strategy, int depth, String unit, String times, long held) {
        return new JmhJson(PACKAGE + "DecodeStepBenchmark.step", "avgt")
                .param("strategy", strategy)
                .param("depth", depth)
                .param("capacity", 1024)
                .primary(unit, times)
                .secondary("kv.held", "B", "[[%d]]".formatted(held));
    }

    private static JmhJson bandwidth(String times) {
        return new JmhJson(PACKAGE + "ReadBandwidthBenchmark.read", "avgt").primary("ms/op", times);
    }
}
