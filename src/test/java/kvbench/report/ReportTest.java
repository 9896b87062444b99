package kvbench.report;

import static kvbench.report.SmallRun.PACKAGE;
import static kvbench.report.SmallRun.forks;
import static kvbench.report.SmallRun.six;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.context.SomeContext;
import kvbench.document.TextPage;
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

/** What a report says of results that are not as one would wish. */
class ReportTest {
    private static final String TIME = "Time, lower is better";
    private static final String RATE = "Throughput, higher is better";
    private static final String MEMORY =
            "Bytes of cache: the most alive at once (peak), the most held after a step";
    private static final String SUCCESS = "Success rate";

    private static final String MEDIANS =
            """
            2 forks each. Figures are medians over the forks of each fork's median; +- is half the 95 % interval, or
              half the range below 6 forks.
            """;
    private static final String RATES =
            """
            Tokens in all over time in all: tokens generated, of a prefill (pp alone) tokens of the prompt. A slow fork
              counts in full here and hardly in medians: where some are slow, the order may be another than that of the
              times.
            """;

    /** Medians of the forks: 4100 and 4500. */
    private static final String NONE_TIMES = "[[4000, 4200], [4400, 4600]]";

    /** Medians of the forks: 410 and 450. */
    private static final String STATIC_TIMES = "[[400, 420], [440, 460]]";

    @TempDir Path temporary;

    // ---- The tables ----

    @Test
    void benchmarksAndStrategiesStandInTheirOrderWhateverThatOfTheFile() throws IOException {
        // none: fork medians 4100 and 4500 ms, so 4300 +- 200 (4.7 %); static: 430 +- 20
        assertTable(
                TIME,
                """
                test                unit         none                          static
                                           (baseline)
                ------------------  ----  -----------  ------------------------------
                converse, 4 turns   ms    4300 +-4.7%         430.0 +-4.7% 0.100x ~ !
                converse, 10 turns  ms              -  430.0 +-4.7% only in candidate
                pp 512              ms          100.0                               -
                tg @ d 64           us         100.00                25.00 0.250x ~ !

                1 to 2 forks each. Figures are medians over the forks of each fork's median; +- is half the 95 % interval,
                  or half the range below 6 forks.
                Differences are to none. = the same within 2 %; ~ undecided.
                ! see below.
                2 and 2 forks; at least 4 a side: static (converse, 4 turns)
                1 and 1 forks; at least 4 a side: static (tg @ d 64)
                ConversationBenchmark.converse: model=tiny.
                """,
                text(
                        step("static", 64, "[[25]]"),
                        step("none", 64, "[[100]]"),
                        conversation("static", 10, STATIC_TIMES),
                        conversation("static", 4, STATIC_TIMES),
                        conversation("none", 4, NONE_TIMES),
                        prefill("none", "512", "[[100]]")));
    }

    @Test
    void tokensPerSecondAreTotalsOverTotalsAndNoMeanOfRatios() throws IOException {
        // 10 tokens in 1 s and 10 in 4 s: 20 / 5 = 4 tokens/s, where the mean of 10 and 2.5 is 6.25
        assertTable(
                RATE,
                """
                test                   none
                                   tokens/s
                -----------------  --------
                converse, 4 turns      4.00

                """
                        + RATES,
                text(
                        conversation("none", 4, "[[1000, 4000]]")
                                .secondary("generate.tokens", "#", "[[10, 10]]")));
    }

    @Test
    void prefillCountsTheTokensOfThePrompt() throws IOException {
        // 2 x 512 tokens in 0.4 s: 2560 tokens/s; 2 x 64 in 0.02 s: 6400
        assertTable(
                RATE,
                """
                test         none
                         tokens/s
                -------  --------
                pp 64        6400
                pp 512       2560
                pp many       n/a

                """
                        + RATES
                        + """
                        n/a, since promptTokens is no whole number: none (pp many)
                        """,
                text(
                        prefill("none", "512", "[[100, 300]]"),
                        prefill("none", "many", "[[1]]"),
                        prefill("none", "64", "[[10, 10]]")));
    }

    @Test
    void parametersInWhichTestsDifferArePartOfTheirNames() throws IOException {
        String text =
                text(
                        conversation("none", 4, NONE_TIMES).param("model", "a"),
                        conversation("static", 4, STATIC_TIMES).param("model", "a"),
                        conversation("static", 4, STATIC_TIMES).param("model", "b"));
        assertEquals(
                List.of("converse, 4 turns, model=a", "converse, 4 turns, model=b"),
                paragraph(text, TIME, 1).lines().skip(3).map(line -> line.split("  ")[0]).toList());
    }

    @Test
    void latenciesStandBesideEachOther() throws IOException {
        // ITL p50: medians of the forks 1.5 and 2.5
        String text =
                text(
                        conversation("static", 4, STATIC_TIMES)
                                .secondary("generate.itl.p50", "ms", "[[1.0, 2.0], [2.5, 2.5]]")
                                .secondary(
                                        "generate.itl.max", "ms", "[[15.0, 15.0], [17.0, 17.0]]"),
                        conversation("none", 4, NONE_TIMES));
        assertTable(
                "Gaps between tokens (ITL)",
                """
                test               figure       none        static
                -----------------  ----------  -----  ------------
                converse, 4 turns  ITL p50 ms  n/a !  2.00 +-25.0%
                converse, 4 turns  ITL max ms  n/a !  16.00 +-6.3%

                Percentiles of the gaps before each token but the first, over all answers of an iteration, interpolated
                  linearly, so that p99 of few gaps is close to the longest.
                ! see below.
                this result has no itl.p50: none (converse, 4 turns)
                this result has no itl.max: none (converse, 4 turns)
                """,
                text);
    }

    @Test
    void tellsWhatItTookToRecordAGraph() throws IOException {
        assertTable(
                "Recording a decode step as a CUDA graph",
                """
                test               strategy      unit  median     +-
                -----------------  ------------  ----  ------  -----
                converse, 4 turns  static-graph  ms     16.00  25.0%

                Once for each cache, as part of its first decode step; of conversations the mean over turns.
                2 forks x 2 iterations: times are medians over the forks of each fork's median. +- is half the range of the
                  forks.
                """,
                text(
                        conversation("static-graph", 4, STATIC_TIMES)
                                .secondary("graph.record", "ms", "[[12.0, 12.0], [20.0, 20.0]]"),
                        conversation("none", 4, NONE_TIMES)));
    }

    @Test
    void withoutAnyLatencyThereIsNoTableOfIt() throws IOException {
        assertFalse(text(conversation("none", 4, NONE_TIMES)).contains("Latency"));
    }

    @Test
    void throughputModeIsReadAsTime() throws IOException {
        // 100 and 200 ops/s: 10 and 5 ms, median 7.5
        String text =
                text(
                        new JmhJson("some.where.OddBenchmark.strut", "thrpt")
                                .param("strategy", "none")
                                .primary("ops/s", "[[100], [200]]"),
                        new JmhJson("some.where.OddBenchmark.strut", "thrpt")
                                .param("strategy", "static")
                                .primary("ops/s", "[[100], [200]]"));
        assertEquals(
                "OddBenchmark.strut  ms    7.50 +-33.3%  7.50 +-33.3% +0.0% ~ !",
                paragraph(text, TIME, 1).lines().toList().get(3));
        assertEquals(
                List.of(
                        "There are too few forks here to tell the speed of static from that of"
                                + " none.",
                        "static against none: OddBenchmark.strut too few forks to tell."),
                summary(text));
    }

    @Test
    void benchmarksWithoutAStrategyAreListed() throws IOException {
        assertTable(
                "Benchmarks without a strategy",
                """
                benchmark  mode    parameters  unit   median     +-
                ---------  ------  ----------  -----  ------  -----
                B.c        thrpt   depth=64    ops/s   150.0  33.3%
                B.d        sample              s/op    150.0  33.3%

                2 forks x 1 iteration: times are medians over the forks of each fork's median. +- is half the range of the
                  forks.
                """,
                text(
                        new JmhJson("a.B.c", "thrpt")
                                .param("depth", 64)
                                .primary("ops/s", "[[100], [200]]"),
                        new JmhJson("a.B.d", "sample").primary("s/op", "[[100], [200]]")));
    }

    @Test
    void theReadBandwidthIsASentence() throws IOException {
        // 2 x 1 GB in 50 ms: 40 GB/s
        assertEquals(
                List.of(
                        "Read bandwidth: 40.00 GB/s (bytes=1000000000 threads=2; 1 fork x 2"
                                + " iterations)"),
                summary(
                        text(
                                bandwidth("[[20, 30]]")
                                        .param("bytes", "1000000000")
                                        .param("threads", 2))));
        assertEquals(
                List.of("Read bandwidth: 43.50 GB/s (1 fork x 2 iterations)"),
                summary(
                        text(
                                bandwidth("[[20, 30]]")
                                        .secondary("bandwidth", "GB/s", "[[43, 44]]"))));
        assertEquals(
                List.of(
                        "Read bandwidth: n/a GB/s (1 fork x 1 iteration)",
                        "n/a, since there is neither a metric in GB/s nor a whole number in"
                                + " parameter bytes:",
                        "  ReadBandwidthBenchmark.read"),
                summary(text(bandwidth("[[20]]"))));
    }

    // ---- What is no number, or not there ----

    @Test
    void anIterationWithoutANumberIsLeftOutAndSaid() throws IOException {
        // left: 4000 | 4400 and 4600, so 4000 and 4500: 4250 +- 250 ms; 300 tokens in 13 s
        String text =
                text(
                        conversation("none", 4, "[[4000, \"NaN\"], [4400, 4600]]"),
                        conversation("static", 4, "[[\"NaN\", \"NaN\"], [\"NaN\", \"NaN\"]]"));
        assertTable(
                TIME,
                """
                test               unit           none  static
                                            (baseline)
                -----------------  ----  -------------  ------
                converse, 4 turns  s     4.25 +-5.9% !   n/a !

                """
                        + MEDIANS
                        + """
                        Differences are to none. = the same within 2 %; ~ undecided.
                        ! see below.
                        no number in 1 of 4 iterations, left out: none (converse, 4 turns)
                        no figure on one side: static (converse, 4 turns)
                        ConversationBenchmark.converse: model=tiny.
                        """,
                text);
        assertTable(
                RATE,
                """
                test                   none    static
                                   tokens/s  tokens/s
                -----------------  --------  --------
                converse, 4 turns     23.08       n/a

                """
                        + RATES
                        + """
                        generate.time is no number in some iterations, which are left out: none (converse, 4 turns) (1 of 4); static
                          (converse, 4 turns) (4 of 4)
                        """,
                text);
    }

    @Test
    void resultsWithoutRawDataAreToldFromOnesThatAreMissing() throws IOException {
        String text = text(conversation("none", 4, "[]"), conversation("static", 4, STATIC_TIMES));
        assertTable(
                TIME,
                """
                test               unit        none                         static
                                         (baseline)
                -----------------  ----  ----------  -----------------------------
                converse, 4 turns  ms         n/a !  430.0 +-4.7% not comparable !

                """
                        + MEDIANS
                        + """
                        Differences are to none. = the same within 2 %; ~ undecided.
                        ! see below.
                        this result has no time: none (converse, 4 turns)
                        the baseline has no time: static (converse, 4 turns)
                        ConversationBenchmark.converse: model=tiny.
                        """,
                text);
        assertTrue(
                paragraph(text, RATE, 2)
                        .contains(
                                "n/a, since generate.time has no samples: none (converse, 4"
                                        + " turns)\n"),
                text);
    }

    @Test
    void aMissingMetricIsNotAvailableAndSaysWhy() throws IOException {
        assertTable(
                MEMORY,
                """
                test               unit        none                static
                                         (baseline)
                -----------------  ----  ----------  --------------------
                converse, 4 turns             n/a !  1 B not comparable !

                Differences are to none. = the same within 2 %; ~ undecided.
                ! see below.
                this result has no kv.peak: none (converse, 4 turns)
                the baseline has no kv.peak: static (converse, 4 turns)
                """,
                text(
                        conversation("none", 4, NONE_TIMES),
                        conversation("static", 4, STATIC_TIMES)
                                .secondary("kv.peak", "B", "[[1], [1]]")));
    }

    @Test
    void aUnitThatIsNoTimeIsNotHeldAgainstOneThatIs() throws IOException {
        String text =
                text(
                        conversation("none", 4, NONE_TIMES)
                                .secondary("generate.ttft", "furlongs", "[[1, 1], [1, 1]]"),
                        conversation("static", 4, STATIC_TIMES)
                                .secondary("generate.ttft", "ms", "[[1, 1], [1, 1]]"));
        assertTable(
                "Latency of answers, lower is better",
                """
                test               unit             none  static
                                              (baseline)
                -----------------  --------  -----------  ------
                converse, 4 turns  furlongs  1.00 +-0.0%   n/a !

                """
                        + MEDIANS
                        + """
                        Differences are to none. = the same within 2 %; ~ undecided.
                        ! see below.
                        units differ: furlongs and s: static (converse, 4 turns)
                        """,
                text);
    }

    @Test
    void bytesThatVaryAreAWarning() throws IOException {
        assertTable(
                MEMORY,
                """
                test               figure         none
                                            (baseline)
                -----------------  -------  ----------
                converse, 4 turns  KV peak        40 B
                converse, 4 turns  KV held      30 B !

                ! see below.
                a count that varies: 10 to 30, the most is shown: none (converse, 4 turns)
                """,
                text(
                        conversation("none", 4, NONE_TIMES)
                                .secondary("kv.held", "B", "[[10, 30], [20, 20]]")
                                .secondary("kv.peak", "B", "[[40, 40], [40, 40]]")));
    }

    @Test
    void unequalNumbersOfTokensSpoilTheComparison() throws IOException {
        String text =
                text(
                        conversation("none", 4, NONE_TIMES),
                        conversation("static", 4, STATIC_TIMES)
                                .secondary("generate.tokens", "#", "[[90, 90], [90, 90]]"));
        assertTrue(
                paragraph(text, TIME, 2)
                        .contains(
                                "unequal work: 100.0 and 90.0 tokens per iteration: static"
                                        + " (converse, 4 turns)\n"),
                text);
        assertEquals(
                List.of("static against none: whole conversations not comparable at 4 turns."),
                summary(text));
    }

    @Test
    void figuresBeyondAllMeasureStayLegible() throws IOException {
        // Forks sorted: 99.8, 99.9, 100, 100.1, 1e9, 1e300 us: median 100.05; half the range over
        // it
        String text =
                text(
                        step("dynamic", 64, forks(100)),
                        step("static", 64, "[[100], [100.1], [1e9], [99.9], [99.8], [1e300]]"));
        assertEquals(
                "tg @ d 64  us    99.95 +-0.3%  100.1 (99.80 to 1.00e+300) +0.1% ~ !",
                paragraph(text, TIME, 1).lines().toList().get(3));
    }

    @Test
    void timesOfNothingAreNotComparable() throws IOException {
        String text = text(step("dynamic", 64, six(0)), step("static", 64, six(0)));
        assertEquals(
                "tg @ d 64  us          0.00  0.00 not comparable !",
                paragraph(text, TIME, 1).lines().toList().get(3));
    }

    @Test
    void figuresWithoutVarianceAreTheSame() throws IOException {
        String text =
                text(
                        step("dynamic", 64, six(100)),
                        step("static", 64, six(100)),
                        step("dynamic", 512, six(200)),
                        step("static", 512, six(200)));
        assertEquals(
                List.of(
                        "tg @ d 64   us    100.00 +-0.0%  100.00 +-0.0% =",
                        "tg @ d 512  us     200.0 +-0.0%   200.0 +-0.0% ="),
                paragraph(text, TIME, 1).lines().skip(3).toList());
        assertEquals(
                List.of(
                        "No exact cache is shown to be faster than dynamic here.",
                        "static against dynamic: decode step the same at depth 64 and 512."),
                summary(text));
    }

    // ---- Whether there is anything to compare ----

    @Test
    void aRunOfNothingSaysSo() throws IOException {
        assertEquals(List.of("No results."), summary(text()));
    }

    @Test
    void aRunOfOneStrategySaysThatThereIsNothingToCompare() throws IOException {
        assertEquals(
                List.of("1 result of one strategy: nothing to compare."),
                summary(text(step("static", 64, "[[1]]"))));
        assertEquals(
                List.of("2 results of one strategy: nothing to compare."),
                summary(text(step("static", 64, "[[1]]"), step("static", 128, "[[1]]"))));
        assertEquals(
                List.of("1 result of no strategy: nothing to compare."),
                summary(text(new JmhJson("a.B.c", "thrpt"))));
        assertEquals(
                List.of(
                        "2 results of 2 strategies, no two of which were measured alike: nothing to"
                                + " compare."),
                summary(text(step("static", 64, "[[1]]"), step("none", 128, "[[1]]"))));
    }

    @Test
    void aCacheOfWhichNobodySaysThatItIsExactIsNotRecommended() throws IOException {
        // There is no context.json to tell what int4 claims, and no other to choose
        assertEquals(
                List.of(
                        "int4 (lossy) against dynamic: decode step 2.00 times as fast at depth 64"
                                + " (1.99 to 2.01)."),
                summary(text(step("dynamic", 64, forks(100)), step("int4", 64, forks(50)))));
    }

    @Test
    void anotherBaselineIsTakenWhereItIsAskedFor() throws IOException {
        SmallRun.write(folder(), step("dynamic", 64, forks(100)), step("static", 64, forks(50)));
        String text = TextPage.full(Report.of(Run.read(folder()), Optional.of("static")));
        assertEquals(
                List.of(
                        "No exact cache is shown to be faster than static here.",
                        "dynamic against static: decode step 2.00 times as slow at depth 64 (1.99"
                                + " to 2.01)."),
                summary(text));
    }

    @Test
    void anArmMeasuredTwiceTellsTheNoiseFloor() throws IOException {
        // 121 against the median 110: 10 %; 190 against 200: 5.3 %
        String text =
                text(
                        step("none", 64, "[[100]]"),
                        step("static", 64, "[[100], [110], [120]]"),
                        step("static@2", 64, "[[121], [121], [121]]"),
                        step("static", 128, "[[200]]"),
                        step("static@2", 128, "[[190]]"));
        assertEquals(
                List.of(
                        "There are too few forks here to tell the speed of static from that of"
                                + " none.",
                        "static against none: decode step too few forks to tell at depth 64.",
                        "Noise floor (A/A): static@2 against static, the same strategy measured"
                                + " twice, differ by up to 10.0% (2",
                        "  pairs). A difference between strategies that is not larger says"
                                + " nothing."),
                summary(text));
    }

    // ---- Outcomes ----

    @Test
    void turnsOfForksThatDiedCountAgainstSuccess() throws IOException {
        // 2 x 2 and 1 of 8
        String text =
                text(outcomes(List.of(died("static", 3, 1, 3)), List.of()), twoTurns("static"));
        assertEquals(
                "converse, 2 turns   62.5%", paragraph(text, SUCCESS, 1).lines().toList().get(2));
    }

    @Test
    void anArmAllOfWhoseForksDiedIsShownAsFailed() throws IOException {
        List<FailedArm> died =
                IntStream.rangeClosed(1, 2)
                        .mapToObj(fork -> died("none", fork, fork - 1, 3 - fork))
                        .toList();
        String text = text(outcomes(died, List.of()), twoTurns("static"));
        assertEquals(
                """
                test               unit        none                          static
                                         (baseline)
                -----------------  ----  ----------  ------------------------------
                converse, 2 turns  ms      failed !  10.00 +-0.0% baseline failed !
                """,
                paragraph(text, TIME, 1));
        // 1 of 4
        assertEquals(
                "converse, 2 turns  25.0%  100.0%",
                paragraph(text, SUCCESS, 1).lines().toList().get(2));
        assertTrue(
                paragraph(text, SUCCESS, 2)
                        .contains(
                                "n/a, since every fork failed, for the reasons in the last table:"),
                text);
        // A fork is still to come
        String unfinished =
                text(
                        outcomes(
                                died,
                                List.of(
                                        new UnfinishedArm(
                                                PACKAGE + "ConversationBenchmark.converse",
                                                Map.of("strategy", "none", "turns", "2"),
                                                1,
                                                3))),
                        twoTurns("static"));
        assertFalse(paragraph(unfinished, TIME, 1).contains("failed"), unfinished);
        assertTrue(
                paragraph(unfinished, SUCCESS, 2)
                        .contains(
                                "not all forks have been run yet: none (converse, 2 turns) (1 of 3"
                                        + " to come)\n"),
                unfinished);
    }

    @Test
    void armsThatDiedAreToldApartByTheirParameters() throws IOException {
        String text = text(outcomes(List.of(died("a", 0, 2), died("b", 1, 1)), List.of()));
        assertEquals(
                List.of("converse, 2 turns, model=a    0.0%", "converse, 2 turns, model=b   50.0%"),
                paragraph(text, SUCCESS, 1).lines().skip(2).toList());
    }

    private static FailedArm died(String model, int succeeded, int lost) {
        return new FailedArm(
                PACKAGE + "ConversationBenchmark.converse",
                Map.of("strategy", "static", "turns", "2", "model", model),
                1,
                succeeded,
                lost,
                "killed");
    }

    @Test
    void aRunInWhichEverythingFailedSaysSo() throws IOException {
        String text = text(outcomes(List.of(died("static", 1, 0, 2)), List.of()));
        assertEquals(
                List.of("No results: every fork failed, for the reasons below."), summary(text));
    }

    @Test
    void armsWithoutAResultAreListedWithTheirReason() throws IOException {
        var outcomes =
                new Outcomes(
                        List.of(
                                new FailedArm(
                                        PACKAGE + "DecodeStepBenchmark.step",
                                        Map.of("strategy", "static", "depth", "64"),
                                        2,
                                        0,
                                        0,
                                        "out of memory")),
                        List.of(),
                        List.of(
                                new VetoedArm(
                                        PACKAGE + "DecodeStepBenchmark.step",
                                        Map.of("strategy", "fp8"),
                                        "runs on CUDA only")));
        assertEquals(
                """
                outcome        benchmark                 parameters                reason
                -------------  ------------------------  ------------------------  -----------------
                fork 2 failed  DecodeStepBenchmark.step  depth=64 strategy=static  out of memory
                not run        DecodeStepBenchmark.step  strategy=fp8              runs on CUDA only
                """,
                paragraph(text(outcomes), "Without a result: 1 failed, 0 to come, 1 not run", 1));
    }

    // ---- What is around it ----

    @Test
    void theContextIsReadBesideTheFolderAndBesideTheFile() throws IOException {
        SmallRun.write(folder(), step("static", 64, "[[1]]"));
        SomeContext.quiet().write(folder());
        String text = TextPage.full(Report.of(Run.read(folder())));
        assertTrue(text.contains("\nHost box: Linux (Some Linux 12), kernel 6.1;"), text);
        assertFalse(text.contains("there is no context.json"), text);
        assertEquals(text, TextPage.full(Report.of(Run.read(folder().resolve("results.json")))));
    }

    @Test
    void withoutAContextTheReaderIsWarned() throws IOException {
        assertEquals(
                "WARNING: there is no context.json: what machine, runtime and model this was"
                        + " measured on is not known.",
                text().split("\n\n")[2]);
    }

    @Test
    void whatAFileHoldsReachesTheTerminalAsAsciiAndWithinTheWidth() throws IOException {
        String text =
                text(
                        conversation("\\u001b[31mst\\u00e4tic", 4, STATIC_TIMES)
                                .param("model", "m".repeat(300)),
                        conversation("none", 4, STATIC_TIMES).param("model", "{}$1%s"));
        assertTrue(text.contains("?[31mst?tic"), text);
        assertTrue(text.contains("converse, 4 turns, model={}$1%s"), text);
        assertTrue(text.chars().allMatch(c -> c == '\n' || c >= ' ' && c <= '~'), text);
        assertTrue(
                text.lines()
                        .filter(line -> !line.startsWith("    java"))
                        .allMatch(line -> line.length() <= 110),
                text);
    }

    @Test
    void aDepthOfMoreDigitsThanANumberHasIsANameLikeAnother() throws IOException {
        String depth = "9".repeat(30);
        String text =
                text(
                        step("dynamic", 64, six(1)).param("depth", depth),
                        step("static", 64, six(1)).param("depth", depth));
        assertTrue(
                text.contains("static against dynamic: decode step the same at tg @ d " + depth),
                text);
    }

    @Test
    void aCommandToRepeatItIsQuotedForTheShell() throws IOException {
        Path odd = temporary.resolve("it's a run");
        SmallRun.write(odd, step("static", 64, "[[1]]"));
        SomeContext.with("/arguments", "[\"-p\", \"model=a b\"]").write(odd);
        String text = TextPage.full(Report.of(Run.read(odd)));
        assertTrue(
                text.contains("\n    java -jar target/benchmarks.jar bench -p 'model=a b'\n"),
                text);
        assertTrue(
                text.contains(
                        "\n    java -jar target/benchmarks.jar report '%s/it'\\''s a run'\n"
                                .formatted(temporary)),
                text);
    }

    private Path folder() {
        return temporary.resolve("run");
    }

    private String text(JmhJson... results) throws IOException {
        return text(Outcomes.none(), results);
    }

    private String text(Outcomes outcomes, JmhJson... results) throws IOException {
        SmallRun.write(folder(), results);
        Files.write(folder().resolve(Outcomes.FILE_NAME), outcomes.toJson());
        return TextPage.full(Report.of(Run.read(folder())));
    }

    /** The lines between the title and the warning. */
    private static List<String> summary(String text) {
        return text.split("\n\n")[1].lines().toList();
    }

    /** So many paragraphs after a heading: 1 is the table, 2 its notes. */
    private static String paragraph(String text, String heading, int after) {
        List<String> paragraphs = List.of(text.split("\n\n"));
        assertTrue(paragraphs.contains(heading), text);
        return paragraphs.get(paragraphs.indexOf(heading) + after) + "\n";
    }

    private static void assertTable(String heading, String expected, String text) {
        assertEquals(
                expected.strip(),
                (paragraph(text, heading, 1) + "\n" + paragraph(text, heading, 2)).strip());
    }

    private static Outcomes outcomes(List<FailedArm> failed, List<UnfinishedArm> unfinished) {
        return new Outcomes(failed, unfinished, List.of());
    }

    private static FailedArm died(String strategy, int fork, int succeeded, int lost) {
        return new FailedArm(
                PACKAGE + "ConversationBenchmark.converse",
                Map.of("strategy", strategy, "turns", "2"),
                fork,
                succeeded,
                lost,
                "killed");
    }

    private static JmhJson twoTurns(String strategy) {
        return new JmhJson(PACKAGE + "ConversationBenchmark.converse", "ss")
                .param("strategy", strategy)
                .param("turns", 2)
                .primary("ms/op", "[[10], [10]]")
                .secondary("generate.time", "ms", "[[10], [10]]")
                .secondary("turns.ok", "turns", "[[2], [2]]")
                .secondary("turns.failed", "turns", "[[0], [0]]");
    }

    private static JmhJson conversation(String strategy, int turns, String times) {
        return new JmhJson(PACKAGE + "ConversationBenchmark.converse", "ss")
                .param("strategy", strategy)
                .param("turns", turns)
                .param("model", "tiny")
                .primary("ms/op", times)
                .secondary("generate.time", "ms", times)
                .secondary("generate.tokens", "#", "[[100.0, 100.0], [100.0, 100.0]]")
                .secondary("turns.ok", "#", "[[4.0, 4.0], [4.0, 3.0]]")
                .secondary("turns.failed", "#", "[[0.0, 0.0], [0.0, 1.0]]");
    }

    private static JmhJson step(String strategy, int depth, String raw) {
        return new JmhJson(PACKAGE + "DecodeStepBenchmark.step", "avgt")
                .param("strategy", strategy)
                .param("depth", depth)
                .primary("us/op", raw);
    }

    private static JmhJson prefill(String strategy, String tokens, String raw) {
        return new JmhJson(PACKAGE + "PrefillBenchmark.prefill", "avgt")
                .param("strategy", strategy)
                .param("promptTokens", tokens)
                .primary("ms/op", raw);
    }

    private static JmhJson bandwidth(String times) {
        return new JmhJson(PACKAGE + "ReadBandwidthBenchmark.read", "avgt").primary("ms/op", times);
    }
}
