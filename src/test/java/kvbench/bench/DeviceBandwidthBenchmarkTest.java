package kvbench.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.gpu.Cuda;
import kvbench.gpu.FakeCudart;
import kvbench.model.InputException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** What the benchmark asks of CUDA, on its stand-in. */
class DeviceBandwidthBenchmarkTest {
    private static final long BYTES = 1 << 20;

    @TempDir Path folder;

    @AfterEach
    void theSystemsOwnLibraryAgain() {
        System.clearProperty(Cuda.PATH_PROPERTY);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "CUDA's stand-in is built by cc")
    void copiesWithinTheDeviceAndWaitsOnceForAll() throws Exception {
        FakeCudart cudart = FakeCudart.build(folder);
        System.setProperty(Cuda.PATH_PROPERTY, cudart.path().toString());
        var benchmark = new DeviceBandwidthBenchmark();
        benchmark.bytes = BYTES;
        benchmark.allocate();
        cudart.calls();

        benchmark.copy();

        assertEquals(
                Stream.concat(
                                Collections.nCopies(
                                        DeviceBandwidthBenchmark.COPIES,
                                        "cudaMemcpyAsync %d 3".formatted(BYTES))
                                        .stream(),
                                Stream.of("cudaStreamSynchronize"))
                        .toList(),
                cudart.calls().stream().map(DeviceBandwidthBenchmarkTest::withoutStream).toList());
        benchmark.free();
        assertEquals(0, cudart.alive());
    }

    private static String withoutStream(String call) {
        List<String> words = List.of(call.split(" "));
        return words.getFirst().equals("cudaMemcpyAsync")
                ? String.join(" ", words.subList(0, 3))
                : words.getFirst();
    }

    @Test
    void withoutCudaItSaysWhatIsMissing() {
        System.setProperty(Cuda.PATH_PROPERTY, folder.resolve("none.so").toString());
        var benchmark = new DeviceBandwidthBenchmark();
        String message = assertThrows(InputException.class, benchmark::allocate).getMessage();
        assertTrue(
                message.startsWith(
                        "DeviceBandwidthBenchmark: expected a GPU that CUDA can use, found none ("),
                message);
        assertTrue(message.endsWith("). Mend that, or leave it out."), message);
    }
}
