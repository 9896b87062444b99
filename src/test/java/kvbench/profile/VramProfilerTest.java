package kvbench.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.gpu.FakeNvml;
import kvbench.gpu.Nvml;
import kvbench.gpu.Reading;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.Result;

import java.nio.file.Path;
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
        var profiler =
                new VramProfiler(
                        () -> Reading.absent("no driver"),
                        () -> Reading.absent("no arena"),
                        Map.of(),
                        said::add);
        var figures = iteration(profiler);
        assertEquals(figures, iteration(profiler));
        assertEquals(
                Map.of(
                        "vram.device.used",
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
                        "-prof vram: NaN for vram.device.used, vram.process.used: no driver;"
                                + " vram.arena.inuse, vram.arena.inuse.max, vram.arena.reserved:"
                                + " no arena"),
                said);
        assertEquals(
                Set.of(
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
                "Memory of the GPU at the end of an iteration, by NVML and ONNX Runtime's arena"
                        + " (here: NaN, since no file at "
                        + folder.resolve("none.so")
                        + ", which -Dkvbench.nvml names)",
                profiler.getDescription());
    }

    @Test
    void theArenaIsToldWithoutNvmlToo() {
        var profiler =
                new VramProfiler(
                        () -> Reading.absent("no driver"), () -> ARENA, Map.of(), said::add);
        var figures = iteration(profiler);
        assertEquals(10, figures.get("vram.arena.inuse"));
        assertEquals(30, figures.get("vram.arena.inuse.max"));
        assertEquals(64, figures.get("vram.arena.reserved"));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the driver's library is built by cc")
    void theDeviceThatCudaIsToldToUseIsRead() throws Exception {
        System.setProperty(LIBRARY, FakeNvml.build(folder).toString());
        var profiler =
                new VramProfiler(
                        Nvml::open,
                        () -> ARENA,
                        Map.of("CUDA_VISIBLE_DEVICES", "GPU-66666666"),
                        said::add);
        var figures = iteration(profiler);
        assertEquals(Optional.empty(), profiler.remark());
        assertEquals(300_000, figures.get("vram.device.used"));
        assertEquals(
                "Memory of the GPU at the end of an iteration, by NVML and ONNX Runtime's arena"
                        + " (here: NVML answers)",
                profiler.getDescription());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the driver's library is built by cc")
    void ofSeveralDevicesNoneIsGuessed() throws Exception {
        System.setProperty(LIBRARY, FakeNvml.build(folder).toString());
        var profiler =
                new VramProfiler(
                        Nvml::open, () -> ARENA, Map.of("CUDA_VISIBLE_DEVICES", "1"), said::add);
        assertEquals(Double.NaN, iteration(profiler).get("vram.device.used"));
        String printed = said.getFirst();
        assertTrue(
                printed.startsWith(
                        "-prof vram: NaN for vram.device.used, vram.process.used: there are 2 GPUs,"
                                + " and NVML does not tell which one this process uses: name its"
                                + " UUID in CUDA_VISIBLE_DEVICES"),
                printed);
    }

    /** Figures by name; all are in bytes. */
    private Map<String, Double> iteration(VramProfiler profiler) {
        profiler.beforeIteration(null, null);
        var figures = new TreeMap<String, Double>();
        for (Result<?> result : profiler.afterIteration(null, null, null)) {
            if (result.getLabel().contains(SuiteResults.IS_NAN)) {
                reasons.add(result.getLabel());
                continue;
            }
            assertEquals("bytes", result.getScoreUnit());
            figures.put(result.getLabel(), result.getScore());
        }
        return figures;
    }
}
