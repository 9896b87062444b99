package kvbench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.model.InputException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

class JmhFileTest {
    private static final String RESULT =
            new JmhJson("kvbench.bench.DecodeStepBenchmark.step", "avgt")
                    .param("strategy", "none")
                    .primary("us/op", "[[1.5, \"NaN\"], [2]]")
                    .secondary("\u00b7gc.alloc.rate.norm", "B/op", "[[16.0]]")
                    .toString();

    @TempDir Path folder;

    @Test
    void aResultIsReadWithItsSamplesPerFork() throws IOException {
        assertEquals(
                List.of(
                        new JmhResult(
                                "kvbench.bench.DecodeStepBenchmark.step",
                                "avgt",
                                1,
                                ForkJvm.UNKNOWN,
                                Map.of("strategy", "none"),
                                new Metric(
                                        "us/op", List.of(List.of(1.5, Double.NaN), List.of(2.0))),
                                Map.of(
                                        "gc.alloc.rate.norm",
                                        new Metric("B/op", List.of(List.of(16.0)))))),
                read("[" + RESULT + "]"));
    }

    @Test
    void namesAreShortenedToClassAndMethod() throws IOException {
        JmhResult result = read("[" + RESULT + "]").getFirst();
        assertEquals("DecodeStepBenchmark", result.className());
        assertEquals("DecodeStepBenchmark.step", result.shortName());
    }

    @Test
    void infinitiesAreReadAsJmhSpellsThem() throws IOException {
        assertEquals(
                List.of(List.of(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)),
                read("[" + RESULT.replace("1.5, \"NaN\"], [2", "\"+INF\", \"-INF\"") + "]")
                        .getFirst()
                        .primary()
                        .samples());
    }

    @Test
    void aHistogramCountsAsTheMeanOfEachIteration() throws IOException {
        // (1 x 3 + 5 x 1) / 4 = 2; an iteration that saw nothing has no mean
        String histogram =
                RESULT.replaceFirst(
                        "\"rawData\" : \\[\\[1.5, \"NaN\"], \\[2]]",
                        "\"rawDataHistogram\" : [[[[1.0, 3], [5.0, 1]], []]]");
        assertEquals(
                List.of(List.of(2.0, Double.NaN)),
                read("[" + histogram + "]").getFirst().primary().samples());
    }

    @Test
    void theJavaOfTheForksIsReadWhereTheFileTellsIt() throws IOException {
        String told =
                RESULT.replace(
                        "\"threads\" : 1",
                        """
                        "threads" : 1, "jvm" : "/java", "jvmArgs" : ["-Xmx1g", "-ea"],
                        "jdkVersion" : "25.0.3", "vmName" : "VM", "vmVersion" : "25.0.3+9"\
                        """);
        assertEquals(
                List.of(
                        new ForkJvm("25.0.3", "VM", "25.0.3+9", List.of("-Xmx1g", "-ea")),
                        ForkJvm.UNKNOWN),
                read("[" + told + "," + RESULT + "]").stream().map(JmhResult::jvm).toList());
    }

    @Test
    void aBenchmarkWithoutParametersHasNone() throws IOException {
        String bare = RESULT.replace("\"params\" : { \"strategy\" : \"none\" },", "");
        assertEquals(Map.of(), read("[" + bare + "]").getFirst().params());
    }

    @Test
    void noResultsAreAnEmptyList() throws IOException {
        assertEquals(List.of(), read("[]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}| an array of results at the start, found an object",
                "[1]| a result at [0], found a number",
                "``| an array of results at the start, found nothing",
                "null| an array of results at the start, found null",
            })
    void whatIsNoArrayOfResultsIsRefused(String json, String complaint) throws IOException {
        assertEquals(complaint(complaint.strip()), refusal(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"benchmark\" :| \"bench\" :| text at [1].benchmark, found nothing",
                "\"avgt\"| 3| text at [1].mode, found a number",
                "\"threads\" : 1| \"threads\" : 0| a number of threads at [1].threads, found a"
                        + " number",
                "{ \"strategy\" : \"none\" }| []| an object of parameters at [1].params, found an"
                        + " array",
                "\"none\"| null| text at [1].params.strategy, found null",
                "\"primaryMetric\"| \"primary\"| a metric at [1].primaryMetric, found nothing",
                "\"secondaryMetrics\"| \"secondary\"| an object of metrics at [1].secondaryMetrics,"
                        + " found nothing",
                "[[1.5, \"NaN\"], [2]]| {}| an array at [1].primaryMetric.rawData, found an object",
                "[2]| 2| an array at [1].primaryMetric.rawData[1], found a number",
                "[2]| [2, true]| a number or \"NaN\" at [1].primaryMetric.rawData[1][1], found true"
                        + " or false",
                "\"NaN\"]| \"nan\"]| a number or \"NaN\" at [1].primaryMetric.rawData[0][1], found"
                        + " text",
                "\"us/op\"| null| text at [1].primaryMetric.scoreUnit, found null",
                "\"rawData\" : [[1.5, \"NaN\"], [2]]| \"rawDataHistogram\" : [[[[1, 2, 3]]]]|"
                    + " [value, count] at [1].primaryMetric.rawDataHistogram[0][0], found an array",
                "[[16.0]]| [16.0]| an array at"
                    + " [1].secondaryMetrics.\u00b7gc.alloc.rate.norm.rawData[0], found a number",
            })
    void aFieldThatIsNotAsJmhWritesItIsNamed(String from, String to, String complaint)
            throws IOException {
        assertEquals(
                complaint(complaint), refusal("[" + RESULT + "," + RESULT.replace(from, to) + "]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "[",
                "[{\"params\":{\"a\":\"1\",\"a\":\"2\"}}]",
                "[{\"a\": NaN}]",
                "\ufffe\u0000"
            })
    void textThatIsNotJsonIsRefused(String text) throws IOException {
        assertNotJson(text);
    }

    @Test
    void whatFollowsTheResultsIsRefused() throws IOException {
        assertEquals(
                complaint("nothing at the end, found more after the array of results"),
                refusal("[] []"));
    }

    @Test
    void metricsThatAreNotWantedAreLeftOut() throws IOException {
        Path file = folder.resolve("results.json");
        Files.writeString(
                file,
                JmhJson.file(
                        new JmhJson("a.B.c", "ss")
                                .secondary("kv.held", "B", "[[1.0]]")
                                .secondary("kv.peak", "B", "[[2.0]]")));

        assertEquals(
                Set.of("kv.peak"),
                JmhFile.read(file, "kv.peak"::equals).getFirst().secondary().keySet());
    }

    @Test
    void jsonThatNestsWithoutEndIsRefused() throws IOException {
        assertNotJson("[".repeat(100_000));
    }

    @Test
    void aNumberWithoutEndIsRefused() throws IOException {
        assertNotJson("[" + "9".repeat(100_000) + "]");
    }

    @Test
    void aComplaintCarriesNoControlCharacters() throws IOException {
        assertEquals(
                complaint("text at [0].params. [31m, found null"),
                refusal(
                        "["
                                + RESULT.replace(
                                        "\"strategy\" : \"none\"", "\"\\u001b[31m\" : null")
                                + "]"));
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        Path file = folder.resolve("results.json");
        assertEquals(
                complaint(
                        "a file that can be read at the start, found"
                                + " java.nio.file.NoSuchFileException: "
                                + file),
                assertThrows(InputException.class, () -> JmhFile.read(file)).getMessage());
    }

    private void assertNotJson(String text) throws IOException {
        String message = refusal(text);
        String expected =
                Pattern.quote(folder.resolve("results.json") + ": expected JSON at ")
                        + "(the start|line 1), found text that is not \\([^\n]*";
        assertTrue(message.matches(expected), message);
    }

    private String complaint(String expectedAndFound) {
        return "%s: expected %s. Give a file that JMH wrote with -rf json."
                .formatted(folder.resolve("results.json"), expectedAndFound);
    }

    private String refusal(String json) {
        return assertThrows(InputException.class, () -> read(json)).getMessage();
    }

    private List<JmhResult> read(String json) throws IOException {
        Path file = folder.resolve("results.json");
        Files.writeString(file, json, StandardCharsets.UTF_8);
        return JmhFile.read(file);
    }
}
