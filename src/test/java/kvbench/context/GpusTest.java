package kvbench.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import kvbench.gpu.FakeNvml;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the driver's library is built by cc")
class GpusTest {
    private static final String LIBRARY = "kvbench.nvml";

    @TempDir Path folder;

    @AfterEach
    void theSystemsOwnLibraryAgain() {
        System.clearProperty(LIBRARY);
    }

    @Test
    void eachGpuOfTheMachineIsTold() throws Exception {
        System.setProperty(LIBRARY, FakeNvml.build(folder).toString());
        Gpus gpus = Gpus.here();
        assertEquals("12.570.124.06", gpus.nvml());
        assertEquals("570.124.06", gpus.driver());
        assertEquals("12.8", gpus.cuda());
        assertEquals(2, gpus.devices().size());
        assertEquals(
                new Gpus.Gpu(
                        "Fake GPU",
                        "GPU-11111111-2222-3333-4444-555555555555",
                        1_000_000,
                        300_000,
                        1.410e9,
                        1.980e9,
                        1.215e9,
                        5.001e9,
                        350.5,
                        "on",
                        "off",
                        List.of("gpu idle"),
                        List.of()),
                gpus.devices().getFirst());
        assertEquals(List.of(), gpus.devices().get(0).throttling());
        assertEquals(
                List.of(
                        "hardware slowdown",
                        "hardware thermal slowdown",
                        "reason 0x1000 of a newer driver"),
                gpus.devices().get(1).throttling());
    }

    @Test
    void whatAGpuDoesNotTellIsNaNWithItsReason() throws Exception {
        System.setProperty(LIBRARY, FakeNvml.build(folder, "SHY").toString());
        Gpus.Gpu gpu = Gpus.here().devices().getFirst();
        assertEquals("Fake GPU", gpu.name());
        assertEquals("unknown: nvmlDeviceGetUUID: Not Supported", gpu.uuid());
        assertEquals(Double.NaN, gpu.memoryBytes());
        assertEquals(Double.NaN, gpu.powerLimitWatts());
        assertEquals(
                List.of("unknown: nvmlDeviceGetCurrentClocksEventReasons: Not Supported"),
                gpu.clockReasons());
        assertEquals(List.of(), gpu.throttling());
        assertEquals(
                List.of(
                        "memoryBytes: nvmlDeviceGetMemoryInfo: Not Supported",
                        "usedBytes: nvmlDeviceGetMemoryInfo: Not Supported",
                        "smClockHz: nvmlDeviceGetClockInfo: Not Supported",
                        "maxSmClockHz: nvmlDeviceGetMaxClockInfo: Not Supported",
                        "memoryClockHz: nvmlDeviceGetClockInfo: Not Supported",
                        "maxMemoryClockHz: nvmlDeviceGetMaxClockInfo: Not Supported",
                        "powerLimitWatts: nvmlDeviceGetPowerManagementLimit: Not Supported"),
                gpu.untold());
    }

    @Test
    void aMachineWithoutADriverSaysWhy() {
        Gpus gpus = Gpus.here();
        assumeTrue(gpus.devices().isEmpty(), "this machine has a GPU of NVIDIA");
        assertEquals(
                Gpus.unknown(
                        "libnvidia-ml.so.1 cannot be loaded: no NVIDIA driver is installed here, or"
                                + " this process does not see it"),
                gpus);
    }
}
