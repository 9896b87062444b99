package kvbench.matrix;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import kvbench.engine.CudaReadiness;
import kvbench.model.InputException;
import kvbench.results.VetoedArm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.openjdk.jmh.runner.options.CommandLineOptions;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

class ProtocolTest {
    private static final List<String> NAMES = Protocol.NAMES;

    /** A benchmark that a build may lack: where no device memory is read. */
    private static final Set<String> OPTIONAL = Set.of("DeviceBandwidthBenchmark");

    @ParameterizedTest
    @FieldSource("NAMES")
    void namesBenchmarksAndParametersThatThereAre(String name) {
        for (CommandLineOptions set : Protocol.named(name).sets()) {
            assertTrue(!set.getIncludes().isEmpty(), "a set without a benchmark");
            for (String benchmark : set.getIncludes()) {
                if (!OPTIONAL.contains(benchmark)) {
                    assertKnows(benchmark, set);
                }
            }
        }
    }

    private static void assertKnows(String benchmark, CommandLineOptions set) {
        Matrix matrix = Matrix.of(JmhOptions.of(List.of(benchmark, "-p", "threads=1")));
        Set<String> known = matrix.cells().getFirst().params().keySet();
        Set<String> named = new TreeSet<>();
        for (String parameter :
                List.of(
                        "model",
                        "provider",
                        "dtype",
                        "sampling",
                        "allocator",
                        "depth",
                        "capacity",
                        "turns",
                        "tokenBudget",
                        "strategy")) {
            if (set.getParameter(parameter).hasValue()) {
                named.add(parameter);
            }
        }
        assertTrue(known.containsAll(named), () -> benchmark + " has " + known + ", not " + named);
    }

    @Test
    void isTheDefaultWhereNothingIsNamed() {
        for (String words : List.of("-p threads=1", "-p threads=1 -p depth=8 -f 2")) {
            assertEquals(matrix(words).cells(), matrix("--suite default " + words).cells());
        }
    }

    @Test
    void makesOneMatrixOfItsSets() {
        assertEquals(
                List.of(
                        "DecodeStepBenchmark capacity=fit strategy=none: 1 1 1 0.2",
                        "DecodeStepBenchmark capacity=fit strategy=dynamic: 1 1 1 0.2",
                        "DecodeStepBenchmark capacity=fit strategy=static: 1 1 1 0.2",
                        "DecodeStepBenchmark capacity=64 strategy=static: 1 1 2 0.15",
                        "ConversationBenchmark strategy=dynamic: 1 1 1 0.0",
                        "ConversationBenchmark strategy=static: 1 1 1 0.0"),
                cells("--suite quick"));
    }

    @Test
    void givesWayToTheOptionsOfTheCommandLine() {
        assertEquals(
                List.of(
                        "DecodeStepBenchmark capacity=fit strategy=static: 3 0 1 0.25",
                        "DecodeStepBenchmark capacity=64 strategy=static: 3 0 2 0.5",
                        "ConversationBenchmark strategy=static: 3 0 1 0.0"),
                cells("--suite quick -p strategy=static -f 3 -wi 0 -r 250ms"));
    }

    @Test
    void measuresACellOfSeveralSetsOnce() {
        assertEquals(
                List.of("DecodeStepBenchmark capacity=32 strategy=static: 1 1 1 0.2"),
                cells("--suite quick DecodeStep -p strategy=static -p capacity=32"));
    }

    @Test
    void isCutToThePatternsOfTheCommandLine() {
        assertEquals(
                List.of(
                        "ConversationBenchmark strategy=dynamic: 1 1 1 0.0",
                        "ConversationBenchmark strategy=static: 1 1 1 0.0"),
                cells("--suite quick Conversation"));
        assertEquals(
                List.of(
                        "ConversationBenchmark strategy=dynamic: 1 1 1 0.0",
                        "ConversationBenchmark strategy=static: 1 1 1 0.0"),
                cells("--suite quick -e DecodeStep"));
    }

    @Test
    void refusesWhatItHasNot() {
        assertAll(
                () ->
                        assertRefused(
                                "--suite: expected one of default, quick, gpu-reference, found"
                                        + " \"slow\".",
                                "--suite slow"),
                () ->
                        assertRefused(
                                "no benchmark matches \"Prefill\": expected a pattern for one of"
                                        + " ConversationBenchmark, DecodeStepBenchmark.",
                                "--suite quick Prefill"),
                () ->
                        assertRefused(
                                "unknown parameter \"promptTokens\": the benchmarks asked for have"
                                        + " allocator, capacity, depth, dtype, history, model,"
                                        + " provider, sampling, scenario, scope, strategy, threads,"
                                        + " tokenBudget, turns.",
                                "--suite quick -p promptTokens=1"));
    }

    private static void assertRefused(String message, String line) {
        assertEquals(message, assertThrows(InputException.class, () -> matrix(line)).getMessage());
    }

    @Test
    void leavesOutWhatNeedsAGpuWhereThereIsNone() {
        assumeFalse(CudaReadiness.here().isReady());
        Matrix matrix = matrix("--suite gpu-reference");
        String why = "cuda is not usable, " + CudaReadiness.here().first().orElseThrow().words();
        assertEquals(List.of(), matrix.cells());
        assertEquals(
                28,
                matrix.vetoed().stream().filter(arm -> arm.reason().equals(why)).count(),
                "15 steps by depth, 2 with cudaMalloc, 1 on the host, 6 by capacity, 4 of answers");
    }

    /** Without a GPU the arms are looked at all the same, on the CPU. */
    @Test
    void hasArmsThatCanWorkOnAGpu() {
        Matrix matrix =
                matrix("--suite gpu-reference -p provider=cpu -p dtype=float32 -p allocator=auto");
        Set<String> reasons = new HashSet<>();
        matrix.vetoed().stream()
                .filter(
                        arm ->
                                !OPTIONAL.contains(
                                        arm.benchmark().replaceFirst(".*\\.(.*)\\..*", "$1")))
                .map(VetoedArm::reason)
                .map(reason -> reason.replaceFirst("^[\\d,]+ slots .*", "memory"))
                .forEach(reasons::add);
        reasons.removeAll(
                Set.of(
                        "it replays CUDA graphs, and the provider is cpu",
                        "this build has no such benchmark",
                        "memory"));
        assertEquals(Set.of(), reasons);
    }

    /** What the remark on its time counts on. */
    @Test
    void forksEachArmOfTheGpuReferenceFourTimes() {
        Protocol.named("gpu-reference").sets().stream()
                .filter(set -> set.getParameter("model").hasValue())
                .forEach(set -> assertEquals(4, set.getForkCount().get()));
    }

    private static List<String> cells(String line) {
        return matrix(line + " -p threads=1").cells().stream()
                .map(
                        cell ->
                                "%s: %d %d %d %s"
                                        .formatted(
                                                cell.title(Set.of("capacity", "strategy")),
                                                cell.schedule().forks(),
                                                cell.schedule().warmups(),
                                                cell.schedule().measurements(),
                                                cell.schedule().timedSeconds()))
                .toList();
    }

    private static Matrix matrix(String line) {
        return Matrix.of(JmhOptions.of(Arrays.asList(line.split(" "))));
    }
}
