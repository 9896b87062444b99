package kvbench.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.model.InputException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.ProfilerConfig;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which words of a command line ask for profilers, and what JMH is told in their place. */
class ProfilersTest {
    private static final String RECORDER = "kvbench.profile.FlightRecorderInShortFolder";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -prof rss                       | kvbench.profile.RssProfiler:
                    -prof kv                        | kvbench.profile.KvProfiler:
                    -prof ortalloc                  | kvbench.profile.OrtAllocProfiler:
                    -prof vram                      | kvbench.profile.VramProfiler:
                    -prof energy                    | kvbench.profile.EnergyProfiler:
                    -prof vram:sample=20            | kvbench.profile.VramProfiler:sample=20
                    -prof gc                        | gc:
                    -prof kvbench.profile.SuiteProfiler | kvbench.profile.SuiteProfiler:
                    -prof gc,ortalloc,rss,kv,vram   | gc: kvbench.profile.OrtAllocProfiler: kvbench.profile.RssProfiler: kvbench.profile.KvProfiler: kvbench.profile.VramProfiler:
                    -prof gc -prof rss              | gc: kvbench.profile.RssProfiler:
                    -prof stack:lines=3;top=5       | stack:lines=3;top=5
                    -prof gc:churn=true             | gc:churn=true
                    -prof gc,stack:lines=3          | gc: stack:lines=3
                    -prof stack:excludePackages=true;excludePackageNames=a,gc | stack:excludePackages=true;excludePackageNames=a,gc
                    """)
    void namesWhatJmhKnowsAProfilerBy(String words, String expected) {
        assertEquals(List.of(expected.split(" ")), texts(Profilers.of(split(words)).configs()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-prof rss",
                "-prof=rss",
                "--prof rss",
                "--prof=rss",
                "-pro rss",
                "--pr=rss",
                "-f 1 -prof rss Decode",
                "-prof rss -p strategy=static",
                "-f1 -prof rss",
                "-pdepth=3 -prof rss",
                "-lprof -prof rss",
                "-l -prof rss",
                "Decode -prof rss Prefill",
                "-e a,b -prof rss",
            })
    void everySpellingOfTheOptionIsRead(String words) throws Exception {
        Profilers profilers = Profilers.of(split(words));

        assertEquals(List.of("kvbench.profile.RssProfiler:"), texts(profilers.configs()));
        // What is left is what JMH reads besides.
        var before = new CommandLineOptions(split(words).toArray(String[]::new));
        var after = new CommandLineOptions(profilers.otherWords().toArray(String[]::new));
        assertEquals(before.getIncludes(), after.getIncludes());
        assertEquals(before.getExcludes(), after.getExcludes());
        assertEquals(before.getForkCount(), after.getForkCount());
        for (String name : List.of("depth", "strategy")) {
            assertEquals(
                    List.copyOf(before.getParameter(name).orElse(List.of())),
                    List.copyOf(after.getParameter(name).orElse(List.of())));
        }
        assertEquals(before.shouldList(), after.shouldList());
        assertEquals(before.shouldListProfilers(), after.shouldListProfilers());
        assertEquals(List.of(), after.getProfilers());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // The argument of another option.
                "-o -prof rss",
                "-rff --prof=rss",
                "-e -prof",
                // After the end of options: patterns.
                "-- -prof rss",
                // Refused by JMH, which says why.
                "-prof",
                "-nosuch 3 -prof rss",
                "-lprof",
                "-profile rss",
                "-p rof=rss",
            })
    void otherWordsAreLeftAsTheyAre(String words) {
        Profilers profilers = Profilers.of(split(words));

        assertEquals(split(words), profilers.otherWords());
        assertEquals(split(words), profilers.wordsOfJmh());
        assertEquals(List.of(), profilers.configs());
    }

    @Test
    void theWordsOfJmhAskForTheSame() throws Exception {
        var words =
                Profilers.of(split("Decode -prof gc,rss -f 2 -prof stack:lines=3 -- -prof"))
                        .wordsOfJmh();

        assertEquals(
                split(
                        "-prof gc -prof kvbench.profile.RssProfiler -prof stack:lines=3"
                                + " Decode -f 2 -- -prof"),
                words);
        assertEquals(
                List.of("gc:", "kvbench.profile.RssProfiler:", "stack:lines=3"),
                texts(new CommandLineOptions(words.toArray(String[]::new)).getProfilers()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -prof rsss      | rsss
                    -prof gc,rsss   | rsss
                    -prof RSS       | RSS
                    -prof gc,       |
                    -prof= rss      |
                    -prof ,gc       |
                    -prof x:kv      | x
                    -prof a.b.Clock | a.b.Clock
                    """)
    void aNameThatThereIsNotIsToldWithThoseThatThereAre(String words, String name) {
        assertEquals(
                "-prof %s: expected one of the suite's profilers (energy, kv, ortalloc, rss, vram), one of JMH's (async, cl, comp, dtraceasm, gc, jfr, mempool, pauses, perf, perfasm, perfc2c, perfnorm, safepoints, stack, xperfasm) or a class, found none of that name. -lprof lists them."
                        .formatted(name == null ? "" : name),
                assertThrows(InputException.class, () -> Profilers.of(split(words))).getMessage());
    }

    @Test
    void profilersThatLeaveFilesLeaveThemWhereTheRunDoes() {
        Path folder = Path.of("results").toAbsolutePath();

        assertEquals(
                List.of(RECORDER + ":dir=" + folder, "gc:"),
                texts(Profilers.of(split("-prof jfr -prof gc")).configs(folder)));
        assertEquals(
                List.of(RECORDER + ":dir=/tmp/mine;stackDepth=5"),
                texts(Profilers.of(split("-prof jfr:dir=/tmp/mine;stackDepth=5")).configs(folder)));
    }

    @Test
    void tellsWhereFilesLieThatItPutThere() {
        Path forks = Path.of("run", "forks");
        assertEquals(
                Optional.of("-prof async, jfr: its files are below each fork's folder in " + forks),
                Profilers.of(split("-prof async,jfr -prof gc")).whereFilesLie(forks));
        for (String others : List.of("-prof gc", "-prof async:dir=/tmp/mine", "-f 1")) {
            assertEquals(Optional.empty(), Profilers.of(split(others)).whereFilesLie(forks));
        }
    }

    /** One test, since JMH takes seconds to try what it lists. */
    @Test
    void theListHasJmhsNamesAndThoseOfTheSuite() {
        var out = new ByteArrayOutputStream();
        Profilers.list(new PrintStream(out, true, StandardCharsets.UTF_8));
        String list = out.toString(StandardCharsets.UTF_8).replace("\r", "");
        Set<String> ofJmh =
                Pattern.compile("(?m)^ *([a-z0-9]+): ")
                        .matcher(list)
                        .results()
                        .map((MatchResult found) -> found.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(ofJmh, Profilers.OF_JMH);
        assertTrue(list.contains("kvbench.profile.SuiteProfiler: "), list);
        assertTrue(
                list.endsWith(
                        """
                        By a short name:
                          -prof energy: kvbench.profile.EnergyProfiler
                          -prof kv: kvbench.profile.KvProfiler
                          -prof ortalloc: kvbench.profile.OrtAllocProfiler
                          -prof rss: kvbench.profile.RssProfiler
                          -prof vram: kvbench.profile.VramProfiler
                        """),
                list);
    }

    private static List<String> split(String words) {
        return Arrays.asList(words.split(" "));
    }

    private static List<String> texts(List<ProfilerConfig> configs) {
        return configs.stream().map(ProfilerConfig::toString).toList();
    }
}
