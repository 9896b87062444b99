package kvbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.bench.ConversationBenchmark;
import kvbench.bench.DecodeStepBenchmark;
import kvbench.bench.DeviceBandwidthBenchmark;
import kvbench.bench.GenerationBenchmark;
import kvbench.bench.ModelBenchmark;
import kvbench.bench.PrefillBenchmark;
import kvbench.bench.ReadBandwidthBenchmark;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the README says of defaults and of commands is true. */
class ReadmeTest {
    private static final Path README = Path.of("README.md");
    private static final Path CONTINUOUS_INTEGRATION = Path.of(".ci", "run");

    private static final String BEGIN = "<!-- defaults -->";
    private static final String END = "<!-- /defaults -->";

    /** In the order in which a run without patterns takes them; what all share comes last. */
    private static final List<Class<?>> BENCHMARKS =
            List.of(
                    ReadBandwidthBenchmark.class,
                    DecodeStepBenchmark.class,
                    PrefillBenchmark.class,
                    ConversationBenchmark.class,
                    GenerationBenchmark.class,
                    DeviceBandwidthBenchmark.class,
                    ModelBenchmark.class);

    /** Maven's command lines that continuous integration does not run, and why. */
    private static final Map<String, String> MAVEN_LINES_NOT_RUN =
            Map.of(
                    "mvn verify -Pjmh", "the whole matrix takes minutes",
                    "mvn verify -Pjmh,cpu", "so does it here",
                    "mvn package -Pcuda13 -DskipTests", "165 MB to download",
                    "mvn test -Dtest=ProfilerCostTest -Dkvbench.profiler.cost=600",
                            "as many pairs take minutes");

    @Test
    void quotesTheDefaultsOfTheAnnotations() throws IOException {
        String readme = readme();
        int begin = readme.indexOf(BEGIN);
        int end = readme.indexOf(END);
        String expected = defaults();
        assertTrue(
                begin >= 0 && end > begin,
                () -> "README.md needs this block:\n" + BEGIN + "\n" + expected + END);
        assertEquals(
                expected,
                readme.substring(begin + BEGIN.length() + 1, end),
                () -> "README.md needs this block:\n" + BEGIN + "\n" + expected + END);
    }

    @TestFactory
    Stream<DynamicTest> showsCommandsThatParse() throws IOException {
        return ShownCommands.in(README).stream()
                .flatMap(ShownCommands::suiteLines)
                .map(line -> DynamicTest.dynamicTest(line, () -> ShownCommands.assertParses(line)));
    }

    @Test
    void showsMavenLinesThatAreRun() throws IOException {
        List<String> run =
                Files.exists(CONTINUOUS_INTEGRATION)
                        ? ShownCommands.lines(Files.readString(CONTINUOUS_INTEGRATION))
                                .map(ReadmeTest::withoutDetails)
                                .toList()
                        : List.of();
        List<String> unknown =
                ShownCommands.in(README).stream()
                        .filter(line -> line.startsWith("mvn "))
                        .filter(line -> !run.contains(withoutDetails(line)))
                        .filter(line -> !MAVEN_LINES_NOT_RUN.containsKey(line))
                        .toList();
        assertEquals(
                List.of(),
                unknown,
                CONTINUOUS_INTEGRATION + " runs none of these: add them there or list them here");
    }

    /** A line of Maven without how much it prints, and without what it passes on to JMH. */
    private static String withoutDetails(String line) {
        return line.replaceAll(" (-B|-ntp|-q)(?= |$)", "")
                .replaceFirst(ShownCommands.JMH_ARGUMENTS.pattern(), "-Djmh.args=...");
    }

    private static String readme() throws IOException {
        return Files.readString(README);
    }

    // ---- The table of defaults ----

    private static String defaults() {
        var table = new ArrayList<String>();
        table.add("| benchmark | parameter | default |");
        table.add("|---|---|---|");
        for (Class<?> benchmark : BENCHMARKS) {
            String name = benchmark.getSimpleName();
            parameters(benchmark).forEach(row -> table.add("| `%s` | %s |".formatted(name, row)));
        }
        return String.join("\n", table) + "\n";
    }

    private static List<String> parameters(Class<?> benchmark) {
        var rows = new ArrayList<String>();
        for (Field field : benchmark.getDeclaredFields()) {
            Param param = field.getAnnotation(Param.class);
            if (param != null) {
                rows.add(row(field.getName(), String.join(", ", Arrays.asList(param.value()))));
            }
        }
        Fork fork = benchmark.getDeclaredAnnotation(Fork.class);
        if (fork != null) {
            rows.add(row("forks", Integer.toString(fork.value())));
        }
        BenchmarkMode mode = benchmark.getDeclaredAnnotation(BenchmarkMode.class);
        if (mode != null) {
            boolean oneCall = List.of(mode.value()).equals(List.of(Mode.SingleShotTime));
            Warmup warmup = benchmark.getDeclaredAnnotation(Warmup.class);
            Measurement measurement = benchmark.getDeclaredAnnotation(Measurement.class);
            rows.add(
                    row(
                            "warm-up",
                            iterations(
                                    warmup.iterations(),
                                    TimeUnit.MILLISECONDS.convert(warmup.time(), warmup.timeUnit()),
                                    oneCall)));
            rows.add(
                    row(
                            "measurement",
                            iterations(
                                    measurement.iterations(),
                                    TimeUnit.MILLISECONDS.convert(
                                            measurement.time(), measurement.timeUnit()),
                                    oneCall)));
        }
        return rows;
    }

    private static String row(String name, String value) {
        return "`%s` | `%s`".formatted(name, value);
    }

    private static String iterations(int iterations, long millis, boolean oneCall) {
        return iterations + " x " + (oneCall ? "1 call" : millis + " ms");
    }
}
