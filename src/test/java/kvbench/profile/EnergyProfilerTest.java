package kvbench.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.gpu.FakeNvml;
import kvbench.gpu.Nvml;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.profile.ProfilerFactory;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.IterationResultMetaData;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.options.ProfilerConfig;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the driver's library is built by cc")
class EnergyProfilerTest {
    private static final String LIBRARY = "kvbench.nvml";
    private static final String CHOICE = "CUDA_VISIBLE_DEVICES";
    private static final long SECOND = 1_000_000_000;
    private static final int OPERATIONS = 4;

    @TempDir Path folder;

    private final List<String> said = new ArrayList<>();
    private long nanos;

    @AfterEach
    void theSystemsOwnLibraryAgain() {
        System.clearProperty(LIBRARY);
        Watched.drainTokens();
    }

    @Test
    void isTheCountersDifferenceWhileTheWorkIsDone() throws Exception {
        FakeNvml nvml = nvml();
        EnergyProfiler profiler = profiler();
        profiler.beforeIteration(null, null);
        // The model is loaded.
        nvml.useEnergy(7_000);
        nanos += 9 * SECOND;
        Watched.arenaBefore(Optional.empty());
        nvml.useEnergy(32_000);
        nanos += SECOND;
        Watched.tokens(64);
        Watched.workEnded(Optional.empty());
        // The model is unloaded.
        nvml.useEnergy(5_000);

        assertEquals(
                List.of(
                        "energy.device 32.0 J",
                        "energy.device.norm 8.0 J/op",
                        "energy.device.token 0.5 J/token"),
                after(profiler));
        assertEquals(List.of(), said);
    }

    @Test
    void aBenchmarkWithoutAModelIsReadAroundItsIteration() throws Exception {
        FakeNvml nvml = nvml();
        EnergyProfiler profiler = profiler();
        profiler.beforeIteration(null, null);
        nvml.useEnergy(2_000);
        nanos += 3 * SECOND;

        assertEquals(
                List.of(
                        "energy.device 2.0 J",
                        "energy.device.norm 0.5 J/op",
                        "energy.device.token NaN J/token",
                        "energy.device.token is NaN: the benchmark tells of no token in the"
                                + " iteration 1.0 iterations"),
                after(profiler));
    }

    @Test
    void tokensOfAnEarlierIterationAreNotItsOwn() throws Exception {
        FakeNvml nvml = nvml();
        EnergyProfiler profiler = profiler();
        Watched.tokens(8);
        profiler.beforeIteration(null, null);
        nvml.useEnergy(2_000);
        nanos += 3 * SECOND;

        assertEquals("energy.device.token NaN J/token", after(profiler).get(2));
    }

    @Test
    void anIterationTooShortForTheCounterIsNaN() throws Exception {
        FakeNvml nvml = nvml();
        EnergyProfiler profiler = profiler();
        profiler.beforeIteration(null, null);
        nvml.useEnergy(2_000);
        nanos += SECOND - 1;

        expectUnknown(
                "the iteration was shorter than 1 s and NVML's counter may move only every 0.1 s",
                after(profiler));
    }

    @Test
    void aCounterThatStoodStillIsNaN() throws Exception {
        nvml();
        EnergyProfiler profiler = profiler();
        profiler.beforeIteration(null, null);
        nanos += 5 * SECOND;

        expectUnknown("NVML's counter did not go up in the iteration", after(profiler));
    }

    @Test
    void aDriverWithoutTheCounterIsNaNHoweverShortTheIteration() throws Exception {
        System.setProperty(LIBRARY, FakeNvml.build(folder, "OLD").toString());
        EnergyProfiler profiler = profiler();
        for (int iteration = 0; iteration < 2; iteration++) {
            profiler.beforeIteration(null, null);
            expectUnknown(
                    "this driver's NVML has no nvmlDeviceGetTotalEnergyConsumption",
                    after(profiler));
        }
    }

    @Test
    void aMachineWithoutADriverIsNaNAndFailsNothing() throws Exception {
        Path missing = folder.resolve("none.so");
        System.setProperty(LIBRARY, missing.toString());
        String why = "no file at %s, which -Dkvbench.nvml names".formatted(missing);
        var profiler =
                (EnergyProfiler)
                        ProfilerFactory.getProfilerOrException(
                                new ProfilerConfig(EnergyProfiler.class.getName(), ""));

        assertEquals(
                Optional.of("-prof energy: NaN on this machine, since " + why), profiler.remark());
        assertEquals(
                "Energy that the GPU uses in an iteration, by NVML's counter (here: NaN, since %s)"
                        .formatted(why),
                profiler.getDescription());
        profiler.beforeIteration(null, null);
        assertEquals("energy.device NaN J", after(profiler).getFirst());
    }

    @Test
    void withADriverThereIsNothingToSayBefore() throws Exception {
        nvml();
        EnergyProfiler profiler = profiler();
        assertEquals(Optional.empty(), profiler.remark());
        assertEquals(
                "Energy that the GPU uses in an iteration, by NVML's counter (here: NVML answers)",
                profiler.getDescription());
    }

    /** All three are NaN for that reason, which was printed once. */
    private void expectUnknown(String why, List<String> results) {
        var expected = new ArrayList<String>();
        Map<String, String> units =
                Map.of(
                        "energy.device",
                        "J",
                        "energy.device.norm",
                        "J/op",
                        "energy.device.token",
                        "J/token");
        for (String name : units.keySet().stream().sorted().toList()) {
            expected.add("%s NaN %s".formatted(name, units.get(name)));
            expected.add("%s is NaN: %s 1.0 iterations".formatted(name, why));
        }
        assertEquals(expected, results);
        assertEquals(List.of("-prof energy: NaN, since " + why), said);
    }

    private FakeNvml nvml() throws Exception {
        Path library = FakeNvml.build(folder);
        System.setProperty(LIBRARY, library.toString());
        return new FakeNvml(library);
    }

    private EnergyProfiler profiler() {
        return new EnergyProfiler(
                new OwnDevice(Nvml::open, Map.of(CHOICE, "GPU-66666666")), () -> nanos, said::add);
    }

    private static List<String> after(EnergyProfiler profiler) {
        var result =
                new IterationResult(
                        null, null, new IterationResultMetaData(OPERATIONS, OPERATIONS));
        return profiler.afterIteration(null, null, result).stream()
                .map(EnergyProfilerTest::text)
                .toList();
    }

    private static String text(Result<?> result) {
        return "%s %s %s".formatted(result.getLabel(), result.getScore(), result.getScoreUnit());
    }
}
