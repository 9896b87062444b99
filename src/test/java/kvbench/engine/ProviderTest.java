package kvbench.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.model.InputException;
import kvbench.ort.OrtEnvironment;
import kvbench.ort.OrtLibrary;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class ProviderTest {
    @Test
    void isNamedInLowerCase() {
        assertEquals(List.of("auto", "cpu", "cuda"), Provider.names());
        for (Provider provider : Provider.values()) {
            assertEquals(provider, Provider.parse(provider.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CPU", "Cuda", "gpu", "cpu "})
    void anotherNameIsWrongUse(String name) {
        var e = assertThrows(InputException.class, () -> Provider.parse(name));

        assertTrue(e.isWrongUse());
        assertEquals(
                "unknown provider \"" + name + "\": expected one of auto, cpu, cuda.",
                e.getMessage());
    }

    @Test
    void autoIsTheCpuOnAMachineWithoutADriver() {
        Assumptions.assumeFalse(CudaReadiness.here().hasDriver(), "there is a driver here");
        assertEquals(Provider.CPU, Provider.AUTO.resolve());
        assertEquals(Provider.CPU, Provider.CPU.resolve());
    }

    @Test
    void cudaIsRefusedByALibraryWithoutIt() {
        List<String> available = OrtEnvironment.availableProviders();
        Assumptions.assumeFalse(
                available.contains("CUDAExecutionProvider"),
                "ONNX Runtime is a build with CUDA here");
        var e = assertThrows(InputException.class, Provider.CUDA::resolve);

        assertFalse(e.isWrongUse());
        assertEquals(
                "provider cuda: expected an ONNX Runtime built with CUDA, found "
                        + OrtLibrary.get().version()
                        + " ("
                        + OrtLibrary.get().path()
                        + ") with "
                        + String.join(", ", available)
                        + ". Build with -Pcuda12 or -Pcuda13, or with -Pcuda12-redist, which needs"
                        + " the driver only, or name such a library with"
                        + " -Dkvbench.onnxruntime=PATH, or use provider cpu.",
                e.getMessage());
    }
}
