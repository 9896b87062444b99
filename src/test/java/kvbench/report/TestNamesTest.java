package kvbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.results.JmhResult;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Set;

class TestNamesTest {
    private static final String STEP = "kvbench.bench.DecodeStepBenchmark.step";

    @Test
    void whatIsLeftToTheSuiteIsNoPartOfWhatAllTestsHaveInCommon() {
        assertEquals(
                List.of("DecodeStepBenchmark.step: dtype=float16 threads=1."),
                new TestNames(
                                List.of(step("float16", "static"), step("float16", "dynamic")),
                                Set.of())
                        .fixed());
    }

    @Test
    void whatIsLeftToTheSuiteInSomeTestsOnlyTellsThemApart() {
        JmhResult left = step("auto", "static");
        JmhResult chosen = step("float16", "static");
        var names = new TestNames(List.of(left, chosen), Set.of());
        assertEquals("tg @ d 64, dtype=auto", names.of(left));
        assertEquals("tg @ d 64, dtype=float16", names.of(chosen));
        assertEquals(List.of("DecodeStepBenchmark.step: threads=1."), names.fixed());
    }

    private static JmhResult step(String dtype, String strategy) {
        return JmhResult.withoutSamples(
                STEP,
                Map.of(
                        "depth", "64",
                        "strategy", strategy,
                        "threads", "1",
                        "dtype", dtype,
                        "sampling", "auto",
                        "allocator", "auto"));
    }
}
