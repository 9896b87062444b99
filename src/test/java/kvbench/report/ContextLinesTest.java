package kvbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.context.RunContext;
import kvbench.context.SomeContext;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class ContextLinesTest {
    private static final String RANDOM_WEIGHTS =
            "model tiny: weights are random (seed 42): speed and memory are real, text is" + " not";

    private static final RunContext WITH_GPU =
            SomeContext.with(
                    "/gpus",
                    """
                    {"nvml": "1", "driver": "570.1", "cuda": "12.8", "devices": [
                      {"name": "G", "uuid": "GPU-1", "memoryBytes": 1073741824, "usedBytes": 10,
                       "smClockHz": 1410000000, "maxSmClockHz": 1980000000,
                       "memoryClockHz": "NaN", "maxMemoryClockHz": 5001000000,
                       "powerLimitWatts": 300, "persistence": "on", "mig": "off",
                       "clockReasons": [], "untold": []}]}\
                    """);

    @Test
    void aQuietMachineIsWarnedOfItsRandomWeightsOnly() {
        assertEquals(List.of(RANDOM_WEIGHTS), warnings(SomeContext.quiet()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/cpu/governor | \"powersave\" | the CPU governor is powersave: frequencies change"
                        + " with the load; `cpupower frequency-set -g performance` keeps them",
                "/host/loadAverage | 1.01 | the load was 1.01 on 2 cores as the run began:"
                        + " something else was running",
                "/memory/swapUsedBytes | 1048576 | 1.0 MiB were swapped out as the run began:"
                        + " memory was short, or had been",
                "/source/built/state | \"dirty\" | the suite was built from changed sources: its"
                        + " commit does not tell what was measured",
                "/source/checkedOut/commit | \"def\" | the suite was built from another commit than"
                        + " its folder has now, def",
            })
    void whatMayDisturbIsWarnedOf(String pointer, String json, String warning) {
        assertEquals(
                List.of("" + warning, RANDOM_WEIGHTS), warnings(SomeContext.with(pointer, json)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/cpu/governor | \"unknown: the kernel shows no frequency governor\"",
                "/host/loadAverage | 1",
                "/host/loadAverage | \"NaN\"",
                "/memory/swapUsedBytes | \"NaN\"",
                "/source/built/commit | \"unknown: x\"",
                "/source/checkedOut/commit | \"unknown: x\"",
                "/source/checkedOut/state | \"dirty\"",
            })
    void whatIsUnknownOrHarmlessIsNotWarnedOf(String pointer, String json) {
        assertEquals(List.of(RANDOM_WEIGHTS), warnings(SomeContext.with(pointer, json)));
    }

    @Test
    void aGpuIsShownAndItsThrottlingWarnedOf() {
        assertTrue(
                ContextLines.facts(WITH_GPU)
                        .contains(
                                "GPU G: 1.0 GiB, driver 570.1, CUDA 12.8; SM clock 1410 of 1980"
                                        + " MHz, memory clock n/a of 5001 MHz, clocks held back by"
                                        + " nothing"));
        RunContext hot =
                SomeContext.with(
                        WITH_GPU,
                        "/gpus/devices/0/clockReasons",
                        "[\"gpu idle\", \"software power cap\"]");
        assertEquals(
                List.of("GPU G was throttled as the run began: software power cap", RANDOM_WEIGHTS),
                warnings(hot));
    }

    @Test
    void aMachineWithADriverAndNoGpuHasNone() {
        RunContext none =
                SomeContext.with(
                        "/gpus",
                        "{\"nvml\": \"1\", \"driver\": \"2\", \"cuda\": \"3\", \"devices\": []}");
        assertTrue(ContextLines.facts(none).contains("GPU none"));
    }

    @Test
    void limitsOfAContainerAreShown() {
        assertTrue(
                ContextLines.facts(SomeContext.with("/limits/cpus", "\"1.50\""))
                        .contains(
                                "Memory 4.0 GiB, 3.0 GiB available, swap 0 B of 0 B used, huge"
                                        + " pages madvise; limited to 1.50 processors"));
    }

    private static List<String> warnings(RunContext context) {
        return ContextLines.warnings(context);
    }
}
