package kvbench.plan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.matrix.MemoryNeed;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class PlanTextTest {
    private static final long GIB = 1L << 30;

    @Test
    void tellsWhatAnArmTakesOfTheGpu() {
        String text = text("DeviceBandwidthBenchmark.copy", MemoryNeed.ofCopying(GIB));
        assertTrue(text.contains("1  0:03        -        -            -   0 B  2.5 GiB"), text);
        assertTrue(
                text.replaceAll("\\s+", " ")
                        .contains(
                                "device: of an arm on a GPU, KV peak, activations, the weights in"
                                    + " the type that is computed in, and 512.0 MiB for CUDA's"
                                    + " context and libraries, an estimate; or the two buffers that"
                                    + " are copied. Its host has the weights' files, a copy of the"
                                    + " weights where they are cast, and no cache."),
                text);
    }

    @Test
    void whereNoArmIsOnAGpuItTakesNothing() {
        String text = text("ReadBandwidthBenchmark.read", MemoryNeed.ofHeap(GIB));
        assertTrue(text.contains("1  0:03        -        -            -  1.0 GiB       -"), text);
        assertTrue(text.contains("device: nothing, since all of it runs on the CPU.\n"), text);
    }

    private static String text(String benchmark, MemoryNeed need) {
        return PlanText.of(
                new Plan(
                        List.of(
                                new Plan.Arm(
                                        "kvbench.bench." + benchmark,
                                        Map.of("bytes", "1073741824"),
                                        1,
                                        3,
                                        need)),
                        List.of(),
                        List.of(),
                        new Plan.Disk(Path.of("results"), 1, 2),
                        Long.MAX_VALUE,
                        List.of(),
                        List.of()));
    }
}
