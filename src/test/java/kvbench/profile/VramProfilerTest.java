package kvbench.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.gpu.FakeNvml;
import kvbench.gpu.Nvml;
import kvbench.gpu.Reading;
import kvbench.memory.ArenaUse;
import kvbench.memory.DeviceLedger;
import kvbench.memory.Figure;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.profile.ProfilerException;
import org.openjdk.jmh.profile.ProfilerFactory;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.options.ProfilerConfig;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

class VramProfilerTest {
    private static final String LIBRARY = "kvbench.nvml";
    private static final Reading<DeviceArena> ARENA = Reading.of(new DeviceArena(10, 30, 64));

    @TempDir Path folder;

    @AfterEach
    void theSystemsOwnLibraryAgain() {
        System.clearProperty(LIBRARY);
    }

    private final List<String> said = new ArrayList<>();

    /** Names of the results that tell why another is NaN. */
    private final Set<String> reasons = new TreeSet<>();

    @Test
    void withoutNvmlEveryFigureIsNaNAndTheReasonIsPrintedOnce() {
        var profiler = profiler("no driver", Reading.absent("no arena"), Optional.empty());
        var figures = iteration(profiler);
        assertEquals(figures, iteration(profiler));
        assertEquals(
                Map.of(
                        "vram.device.used.before",
                        Double.NaN,
                        "vram.device.used",
                        Double.NaN,
                        "vram.device.sampled.peak",
                        Double.NaN,
                        "vram.device.sampled.count",
                        Double.NaN,
                        "vram.process.used",
                        Double.NaN,
                        "vram.arena.inuse",
                        Double.NaN,
                        "vram.arena.inuse.max",
                        Double.NaN,
                        "vram.arena.reserved",
                        Double.NaN),
                figures);
        assertEquals(
                List.of(
                        "-prof vram: NaN for vram.device.used.before, vram.device.used,"
                                + " vram.process.used: no driver;"
                                + " vram.device.sampled.peak, vram.device.sampled.count: nothing"
                                + " was sampled: -prof vram:sample=20 asks every 20 ms;"
                                + " vram.arena.inuse, vram.arena.inuse.max, vram.arena.reserved:"
                                + " no arena"),
                said);
        assertEquals(
                Set.of(
                        "vram.device.used.before is NaN: no driver",
                        "vram.device.sampled.peak is NaN: nothing was sampled: -prof vram:sample=20"
                                + " asks every 20 ms",
                        "vram.device.sampled.count is NaN: nothing was sampled: -prof"
                                + " vram:sample=20 asks every 20 ms",
                        "vram.device.used is NaN: no driver",
                        "vram.process.used is NaN: no driver",
                        "vram.arena.inuse is NaN: no arena",
                        "vram.arena.inuse.max is NaN: no arena",
                        "vram.arena.reserved is NaN: no arena"),
                reasons);
    }

    @Test
    void theProfilerThatJmhMakesNeverFailsAndSaysWhy() {
        System.setProperty(LIBRARY, folder.resolve("none.so").toString());
        var profiler = new VramProfiler();
        assertEquals(Double.NaN, iteration(profiler).get("vram.device.used"));
        assertEquals(
                Optional.of(
                        "-prof vram: NaN on this machine, since no file at %s, which -Dkvbench.nvml names"
                                .formatted(folder.resolve("none.so"))),
                profiler.remark());
        assertEquals(
                "Memory of the GPU before and after an iteration, and with sample=MILLISECONDS its"
                    + " peak within, by NVML and ONNX Runtime's arena (here: NaN, since no file at "
                        + folder.resolve("none.so")
                        + ", which -Dkvbench.nvml names)",
                profiler.getDescription());
    }

    @Test
    void theArenaIsToldWithoutNvmlToo() {
        var profiler = profiler("no driver", ARENA, Optional.empty());
        var figures = iteration(profiler);
        assertEquals(10, figures.get("vram.arena.inuse"));
        assertEquals(30, figures.get("vram.arena.inuse.max"));
        assertEquals(64, figures.get("vram.arena.reserved"));
    }

    @Test
    void whatIsHeldOfTheDeviceIsToldLineByLine() {
        var profiler = profiler("no driver", ARENA, Optional.empty());
        Watched.deviceLedger(ledger(Figure.of(1), Figure.unknown("of another iteration")));
        profiler.beforeIteration(null, null);
        Watched.deviceLedger(ledger(Figure.of(2), Figure.of(3)));
        Watched.deviceLedger(ledger(Figure.of(1_000), Figure.unknown("no such counter")));
        var figures = figures(profiler);
        assertEquals(1_000, figures.get("vram.context"));
        assertEquals(10, figures.get("vram.session"));
        assertEquals(10, figures.get("vram.weights"));
        assertEquals(10, figures.get("vram.kv.held"));
        assertEquals(10, figures.get("vram.kv.arena"));
        assertEquals(10, figures.get("vram.scratch"));
        assertEquals(10, figures.get("vram.arena.unused"));
        assertEquals(10, figures.get("vram.libraries"));
        assertEquals(10, figures.get("vram.graph"));
        assertEquals(10 - 1_000 - 7 * 10, figures.get("vram.unaccounted"));
        assertEquals(10, figures.get("vram.used"));
        assertEquals(Double.NaN, figures.get("vram.used.cuda"));
        assertTrue(reasons.contains("vram.used.cuda is NaN: no such counter"), reasons::toString);

        // The next iteration tells of none, as on the CPU.
        assertTrue(iteration(profiler).keySet().stream().noneMatch("vram.context"::equals));
    }

    private static DeviceLedger ledger(Figure context, Figure usedByCuda) {
        Figure ten = Figure.of(10);
        return new DeviceLedger(context, ten, ten, ten, ten, ten, ten, ten, ten, ten, usedByCuda);
    }

    @Test
    void theArenaIsTheDevicesWhereABenchmarkTellsOfOne() {
        var profiler =
                new VramProfiler(
                        new OwnDevice(() -> Reading.absent("no driver"), Map.of()),
                        Watched::drainDeviceArena,
                        Optional.empty(),
                        said::add);
        iteration(profiler);
        assertTrue(
                reasons.contains(
                        "vram.arena.inuse is NaN: ONNX Runtime computes on the CPU and its arena is"
                                + " in host memory"),
                reasons::toString);
        profiler.beforeIteration(null, null);
        Watched.deviceArena(Optional.of(new ArenaUse(10, 30, 9, 64, 5)));
        var figures = figures(profiler);
        assertEquals(10, figures.get("vram.arena.inuse"));
        assertEquals(30, figures.get("vram.arena.inuse.max"));
        assertEquals(64, figures.get("vram.arena.reserved"));
        reasons.clear();
        profiler.beforeIteration(null, null);
        Watched.deviceArena(Optional.empty());
        figures(profiler);
        assertTrue(
                reasons.contains(
                        "vram.arena.inuse is NaN: the runtime's allocator keeps no statistics"),
                reasons::toString);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the driver's library is built by cc")
    void theDeviceThatCudaIsToldToUseIsRead() throws Exception {
        System.setProperty(LIBRARY, FakeNvml.build(folder).toString());
        var profiler = new VramProfiler(secondDevice(), () -> ARENA, Optional.empty(), said::add);
        var figures = iteration(profiler);
        assertEquals(Optional.empty(), profiler.remark());
        assertEquals(300_000, figures.get("vram.device.used"));
        assertEquals(
                "Memory of the GPU before and after an iteration, and with sample=MILLISECONDS its"
                        + " peak within, by NVML and ONNX Runtime's arena (here: NVML answers)",
                profiler.getDescription());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the driver's library is built by cc")
    void ofSeveralDevicesNoneIsGuessed() throws Exception {
        System.setProperty(LIBRARY, FakeNvml.build(folder).toString());
        var profiler =
                new VramProfiler(
                        new OwnDevice(Nvml::open, Map.of("CUDA_VISIBLE_DEVICES", "1")),
                        () -> ARENA,
                        Optional.empty(),
                        said::add);
        assertEquals(Double.NaN, iteration(profiler).get("vram.device.used"));
        String printed = said.getFirst();
        assertTrue(
                printed.startsWith(
                        "-prof vram: NaN for vram.device.used.before, vram.device.used,"
                            + " vram.process.used: there are 2 GPUs, and NVML does not tell which"
                            + " one this process uses: name its UUID in CUDA_VISIBLE_DEVICES"),
                printed);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the driver's library is built by cc")
    void whatIsUsedBeforeIsReadWhenTheWorkBeginsAndTheModelIsThere() throws Exception {
        FakeNvml nvml = nvml();
        var profiler = new VramProfiler(secondDevice(), () -> ARENA, Optional.empty(), said::add);
        profiler.beforeIteration(null, null);
        nvml.useMemory(500_000);
        Watched.arenaBefore(Optional.empty());
        nvml.useMemory(600_000);
        Watched.workEnded(Optional.empty());
        nvml.useMemory(400_000);
        var figures = figures(profiler);
        assertEquals(500_000, figures.get("vram.device.used.before"));
        assertEquals(600_000, figures.get("vram.device.used"));

        // A benchmark without a model tells of neither.
        profiler.beforeIteration(null, null);
        nvml.useMemory(450_000);
        figures = figures(profiler);
        assertEquals(400_000, figures.get("vram.device.used.before"));
        assertEquals(450_000, figures.get("vram.device.used"));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the driver's library is built by cc")
    void theSampledPeakIsNeverBelowEitherEnd() throws Exception {
        FakeNvml nvml = nvml();
        var profiler =
                new VramProfiler(
                        secondDevice(), () -> ARENA, Optional.of(Duration.ofDays(1)), said::add);
        profiler.beforeIteration(null, null);
        Watched.arenaBefore(Optional.empty());
        nvml.useMemory(600_000);
        Watched.workEnded(Optional.empty());
        var figures = figures(profiler);
        assertEquals(600_000, figures.get("vram.device.sampled.peak"));
        assertEquals(1, figures.get("vram.device.sampled.count"));
    }

    @Test
    void samplesOfADeviceThatThereIsNotAreNaN() {
        var figures = iteration(profiler("no driver", ARENA, Optional.of(Duration.ofMillis(1))));
        assertEquals(Double.NaN, figures.get("vram.device.sampled.peak"));
        assertTrue(
                reasons.contains("vram.device.sampled.peak is NaN: no driver"), reasons::toString);
    }

    @Test
    void jmhMakesItWithItsOption() throws Exception {
        var found =
                ProfilerFactory.getProfilerOrException(
                        new ProfilerConfig(VramProfiler.class.getName(), "sample=20"));
        assertEquals(VramProfiler.class, found.getClass());
        assertEquals(
                VramProfiler.class,
                ProfilerFactory.getProfilerOrException(
                                new ProfilerConfig(VramProfiler.class.getName(), ""))
                        .getClass());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sample=0", "sample=", "sample=x", "sample", "20", "samples=20"})
    void anOptionThatThereIsNotIsToldWithTheOneThatThereIs(String options) {
        assertEquals(
                "-prof vram: expected sample=MILLISECONDS with a whole number of 1 or more, found "
                        + options,
                assertThrows(ProfilerException.class, () -> new VramProfiler(options))
                        .getMessage());
    }

    private FakeNvml nvml() throws Exception {
        Path library = FakeNvml.build(folder);
        System.setProperty(LIBRARY, library.toString());
        return new FakeNvml(library);
    }

    private static OwnDevice secondDevice() {
        return new OwnDevice(Nvml::open, Map.of("CUDA_VISIBLE_DEVICES", "GPU-66666666"));
    }

    private VramProfiler profiler(
            String whyNoDevice, Reading<DeviceArena> arena, Optional<Duration> interval) {
        return new VramProfiler(
                new OwnDevice(() -> Reading.absent(whyNoDevice), Map.of()),
                () -> arena,
                interval,
                said::add);
    }

    /** Figures by name; all but the number of samples are in bytes. */
    private Map<String, Double> iteration(VramProfiler profiler) {
        profiler.beforeIteration(null, null);
        return figures(profiler);
    }

    private Map<String, Double> figures(VramProfiler profiler) {
        var figures = new TreeMap<String, Double>();
        for (Result<?> result : profiler.afterIteration(null, null, null)) {
            if (result.getLabel().contains(SuiteResults.IS_NAN)) {
                reasons.add(result.getLabel());
                continue;
            }
            assertEquals(
                    result.getLabel().endsWith(".count") ? "samples" : "bytes",
                    result.getScoreUnit());
            figures.put(result.getLabel(), result.getScore());
        }
        return figures;
    }
}
