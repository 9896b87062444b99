package kvbench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.matrix.RunRequest;
import kvbench.matrix.Shard;
import kvbench.plan.Planner.Probing;
import kvbench.reference.TinyFolder;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

class PlannerTest {
    @TempDir Path temporary;

    private Path model;

    @BeforeEach
    void writeModel() {
        model = TinyFolder.write(temporary.resolve("tiny"), 512);
    }

    @Test
    void tellsTheBytesThatEachArmWillReport() {
        Plan plan = plan(Probing.ASSUME, "1/1", "-p", "depth=100", "-p", "promptTokens=50");
        assertEquals(
                List.of(
                        "DecodeStep none 0 0",
                        "DecodeStep dynamic 12800 25728", // 100 tokens; and 101 more
                        "DecodeStep static 12928 12928",
                        "Prefill none 0 0",
                        "Prefill dynamic 0 6400",
                        "Prefill static 6400 6400"),
                plan.arms().stream().map(PlannerTest::bytes).toList());
    }

    private static String bytes(Plan.Arm arm) {
        return "%s %s %d %d"
                .formatted(
                        arm.benchmark().replaceFirst(".*\\.(\\w+)Benchmark\\..*", "$1"),
                        arm.params().get("strategy"),
                        arm.memory().heldBytes(),
                        arm.memory().peakBytes());
    }

    @Test
    void countsForksOfTheShardAndOfTheRepeatedArm() {
        Plan whole = plan(Probing.ASSUME, "1/1", "-f", "3");
        assertEquals(6 * 3, whole.forks());
        Plan part = plan(Probing.ASSUME, "2/2", "-f", "3");
        assertEquals(3 * 3, part.forks());
        assertEquals(
                List.of("none", "dynamic", "static", "static@2"),
                Planner.plan(
                                new RunRequest(
                                        words("Prefill"),
                                        temporary,
                                        "plan",
                                        Shard.WHOLE,
                                        List.of("static"),
                                        OptionalLong.empty()),
                                Probing.ASSUME)
                        .arms()
                        .stream()
                        .map(arm -> arm.params().get("strategy"))
                        .toList());
    }

    @Test
    void makesNoWeightsAndSaysSo() {
        Plan plan = plan(Probing.PROBE, "1/1");
        assertEquals(
                List.of(
                        "no probe of %s on cpu, 1 threads, whose weights are still to be made: its times are those of a small machine (two cores of a server)"
                                .formatted(model)),
                plan.basis().stream().filter(line -> !line.startsWith("load: ")).toList());
        Plan.ToMake toMake = plan.models().getFirst().toMake().orElseThrow();
        assertEquals(plan.models().getFirst().mappedBytes(), toMake.disk().bytes());
        assertFalse(toMake.asked());
        assertFalse(Files.exists(model.resolve("model.safetensors")));
    }

    @Test
    void probesEachStrategyAndWritesNothing() throws IOException {
        ModelFolder.find(model.toString()).checkpoint(Progress.SILENT);
        List<String> before = files();
        Plan plan = plan(Probing.PROBE, "1/1");
        assertEquals(before, files());
        assertTrue(
                plan.basis()
                        .getLast()
                        .matches(
                                "probe of .*tiny on cpu, 1 threads: \\d+\\.\\d s, in which a fork"
                                        + " started and ended in \\d+\\.\\d s, and passes and steps"
                                        + " were run with none, dynamic, static"),
                plan.basis()::toString);
        // Six forks, each of two seconds that JMH measures for.
        plan.arms().forEach(arm -> assertTrue(arm.seconds() > 12, arm::toString));
    }

    @Test
    void saysWhichShardHoldsNothing() {
        Plan plan = plan(Probing.PROBE, "9/9");
        assertEquals(List.of(), plan.arms());
        assertEquals(List.of("shard 9/9 holds no cell of this matrix"), plan.basis());
    }

    @Test
    void keepsWhatIsImpossibleBesideTheRest() {
        Plan plan = plan(Probing.ASSUME, "1/1", "-p", "depth=8,512");
        assertEquals(6, plan.arms().size());
        assertEquals(3, plan.vetoed().size());
        String text = PlanText.of(plan).replaceAll("\\s+", " ");
        assertTrue(
                text.contains(
                        "not run: DecodeStepBenchmark.step model=%s provider=auto threads=1 depth=512 capacity=fit strategy=none,dynamic,static: 513 tokens exceed the context length of tiny, 512"
                                .formatted(model)),
                text);
    }

    @Test
    void warnsOfForksThatCannotDecide() {
        Plan plan = plan(Probing.ASSUME, "1/1", "-f", "4");
        assertEquals(
                List.of(
                        "4 forks of each arm cannot decide 4 comparisons of time, however far apart"
                                + " the arms lie; 5 can (-f 5), which takes about "
                                + Forecast.clock(
                                        Duration.ofMillis(Math.round(250 * plan.seconds())))
                                + " longer"),
                plan.warnings());
        assertEquals(List.of(), plan(Probing.ASSUME, "1/1", "-f", "5").warnings());
    }

    @Test
    void showsEveryArmAndTheSums() {
        String text = PlanText.of(plan(Probing.ASSUME, "1/1", "-p", "depth=100"));
        assertTrue(text.lines().allMatch(line -> line.length() <= 110), text);
        assertTrue(text.contains("DecodeStepBenchmark.step: "), text);
        assertTrue(text.matches("(?s).*\ndynamic +6 +0:\\d\\d +12.5 KiB +25.1 KiB .*"), text);
        assertTrue(text.matches("(?s).*\nin all +6 +36 +\\d:\\d\\d\n.*"), text);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(temporary)) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    private Plan plan(Probing probing, String shard, String... options) {
        return Planner.plan(
                new RunRequest(
                        words(
                                Stream.concat(
                                        Stream.of("DecodeStep", "Prefill"), Stream.of(options))),
                        temporary.resolve("results"),
                        "plan",
                        Shard.parse(shard),
                        List.of(),
                        OptionalLong.empty()),
                probing);
    }

    private List<String> words(String benchmark) {
        return words(Stream.of(benchmark));
    }

    private List<String> words(Stream<String> given) {
        var words = new ArrayList<>(given.toList());
        words.addAll(List.of("-p", "model=" + model, "-p", "threads=1"));
        if (words.stream().noneMatch(word -> word.startsWith("depth="))) {
            words.addAll(List.of("-p", "promptTokens=64"));
            if (words.contains("DecodeStep")) {
                words.addAll(List.of("-p", "depth=64"));
            }
        }
        return words;
    }
}
