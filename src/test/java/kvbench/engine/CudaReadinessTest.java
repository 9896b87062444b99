package kvbench.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.engine.CudaFacts.Driver;
import kvbench.engine.CudaFacts.Gpu;
import kvbench.engine.Obstacle.Part;
import kvbench.gpu.ComputeCapability;
import kvbench.gpu.Reading;
import kvbench.model.InputException;
import kvbench.natives.CudaLibraries;
import kvbench.natives.CudaLibraries.Missing;
import kvbench.natives.CudaLibraries.Need;
import kvbench.natives.Platform;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Each thing that CUDA needs, missing by itself, gives its own sentence. */
class CudaReadinessTest {
    private static final Missing CUBLAS =
            new Missing(
                    "libcublas.so.12",
                    Need.REQUIRED,
                    List.of(),
                    List.of("apt install libcublas-12-6", "build with -Pcuda12-redist"));

    @Test
    void whereAllIsThereNothingIsMissing() {
        CudaReadiness ready = SomeFacts.ready().readiness();
        assertTrue(ready.isReady());
        assertEquals(List.of(), ready.all());
        assertEquals("provider auto is cuda.", ready.line());
        assertEquals(Provider.CUDA, Provider.AUTO.resolve(() -> ready));
        assertEquals(Provider.CUDA, Provider.CUDA.resolve(() -> ready));
        assertEquals(Provider.CPU, Provider.CPU.resolve(() -> ready));
    }

    @Test
    void anotherSystemThanLinux() {
        assertOnly(
                SomeFacts.ready().with(new Platform(Platform.MACOS, Platform.ARM64)),
                Part.SYSTEM,
                "expected Linux, found macos-arm64. Take a Linux machine with a GPU of NVIDIA",
                "since this suite runs CUDA on Linux only, and this is macos-arm64; to mend it:"
                        + " take a Linux machine with a GPU of NVIDIA");
    }

    @Test
    void aRuntimeWithoutCuda() {
        String mend =
                "uild with -Pcuda12 or -Pcuda13, or with -Pcuda12-redist, which needs the driver"
                        + " only, or name such a library with -Dkvbench.onnxruntime=PATH";
        assertOnly(
                SomeFacts.ready().with(Reading.of(SomeFacts.build("CPUExecutionProvider"))),
                Part.RUNTIME,
                "expected an ONNX Runtime built with CUDA, found 1.29.0"
                        + " (/ort/libonnxruntime.so) with CPUExecutionProvider. B"
                        + mend,
                "since ONNX Runtime 1.29.0 is built without CUDA; to mend it: b" + mend);
        assertOnly(
                SomeFacts.ready().with(Reading.absent("no file at /x.so")),
                Part.RUNTIME,
                "expected an ONNX Runtime built with CUDA, found none that can be loaded (no file"
                        + " at /x.so). Mend that, or name another library with"
                        + " -Dkvbench.onnxruntime=PATH",
                "since no ONNX Runtime can be loaded (no file at /x.so); to mend it: mend that, or"
                        + " name another library with -Dkvbench.onnxruntime=PATH");
    }

    @Test
    void aMachineWithoutADriver() {
        SomeFacts facts =
                SomeFacts.ready()
                        .withDriver(Reading.absent(SomeFacts.NO_DRIVER))
                        .withKernelDriver(Optional.empty());
        assertOnly(
                facts,
                Part.DRIVER,
                "expected a driver of NVIDIA, found none (libnvidia-ml.so.1 cannot be loaded)."
                        + " Install NVIDIA's driver on a machine with a GPU of theirs",
                "since there is no driver of NVIDIA (libnvidia-ml.so.1 cannot be loaded); to mend"
                        + " it: install NVIDIA's driver on a machine with a GPU of theirs");
        assertFalse(facts.readiness().hasDriver());
    }

    @Test
    void aDriverThatAContainerDoesNotSee() {
        SomeFacts facts = SomeFacts.ready().withDriver(Reading.absent(SomeFacts.NO_DRIVER));
        assertOnly(
                facts,
                Part.DRIVER,
                "expected a driver of NVIDIA that answers this process, found 570.124.06, which"
                        + " does not (libnvidia-ml.so.1 cannot be loaded). Give a container its"
                        + " GPUs (docker run --gpus all), or install the driver again",
                "since the driver of NVIDIA on this machine, 570.124.06, does not answer"
                        + " (libnvidia-ml.so.1 cannot be loaded); to mend it: give a container its"
                        + " GPUs (docker run --gpus all), or install the driver again");
        assertTrue(facts.readiness().hasDriver());
    }

    @Test
    void aDriverWithoutAGpu() {
        assertOnly(
                SomeFacts.ready().withDriver(Reading.of(SomeFacts.driver("12.8"))),
                Part.DEVICE,
                "expected a GPU, found none that the driver sees. Give a container its GPUs (docker"
                        + " run --gpus all), or see what nvidia-smi says",
                "since the driver sees no GPU; to mend it: give a container its GPUs (docker run"
                        + " --gpus all), or see what nvidia-smi says");
        assertOnly(
                SomeFacts.ready()
                        .withDriver(
                                Reading.of(
                                        new Driver(
                                                Reading.of("570"),
                                                Reading.of("12.8"),
                                                Reading.absent("GPU 0: GPU is lost")))),
                Part.DEVICE,
                "expected a GPU, found that the driver does not tell of any (GPU 0: GPU is lost)."
                        + " See what nvidia-smi says",
                "since the driver does not tell its GPUs (GPU 0: GPU is lost); to mend it: see what"
                        + " nvidia-smi says");
    }

    @Test
    void aGpuThatTheEnvironmentHides() {
        for (String hidden : List.of("", "-1", "1", "GPU-9", "NoDevFiles", "-1,0", "1,0")) {
            assertOnly(
                    SomeFacts.ready().withVisibleDevices(hidden),
                    Part.DEVICE,
                    ("expected a GPU that CUDA may use, found CUDA_VISIBLE_DEVICES=\"%s\", which"
                         + " names none of the 1 here. Unset CUDA_VISIBLE_DEVICES, or name one by"
                         + " its number or UUID")
                            .formatted(hidden),
                    ("since CUDA_VISIBLE_DEVICES=\"%s\" names no GPU of this machine; to mend it:"
                         + " unset CUDA_VISIBLE_DEVICES, or name one by its number or UUID")
                            .formatted(hidden));
        }
    }

    @Test
    void visibleGpusAreThoseNamedBeforeTheFirstThatIsNone() {
        Gpu first = SomeFacts.gpu(0, "A", new ComputeCapability(9, 0));
        Gpu second = SomeFacts.gpu(1, "B", new ComputeCapability(8, 0));
        List<Gpu> all = List.of(first, second);
        assertEquals(all, VisibleGpus.of(all, Optional.empty()));
        assertEquals(List.of(second), VisibleGpus.of(all, Optional.of("1")));
        assertEquals(List.of(second, first), VisibleGpus.of(all, Optional.of(" 1, 0 ")));
        assertEquals(List.of(first), VisibleGpus.of(all, Optional.of("0,7,1")));
        assertEquals(List.of(second), VisibleGpus.of(all, Optional.of("GPU-11111111")));
        assertEquals(all, VisibleGpus.of(all, Optional.of("MIG-GPU-01111111-2222/1/0")));
        assertEquals(List.of(), VisibleGpus.of(all, Optional.of("01")));
    }

    @Test
    void aProviderThatIsNotBesideItsRuntime() {
        Path file = Path.of("/ort/libonnxruntime_providers_cuda.so");
        assertOnly(
                SomeFacts.ready().withMissingProviderFiles(file),
                Part.LIBRARIES,
                "expected libonnxruntime_providers_cuda.so beside ONNX Runtime's library, found no"
                        + " file at /ort/libonnxruntime_providers_cuda.so. Put all files of that"
                        + " ONNX Runtime into /ort",
                "since ONNX Runtime's own libonnxruntime_providers_cuda.so is not beside its"
                        + " library; to mend it: put all files of that ONNX Runtime into /ort");
    }

    @Test
    void aDriverThatIsOlderThanTheCudaOfTheBuild() {
        assertOnly(
                SomeFacts.ready()
                        .withLibraries(
                                Reading.of(
                                        new CudaLibraries(
                                                OptionalInt.of(13), List.of(), List.of()))),
                Part.DRIVER,
                "expected a driver for CUDA 13, which ONNX Runtime is built with, found one for"
                        + " CUDA 12.8 at most. Build with -Pcuda12, or install a newer driver",
                "since ONNX Runtime is built with CUDA 13 and the driver supports CUDA 12.8 at"
                        + " most; to mend it: build with -Pcuda12, or install a newer driver");
        Gpu gpu = SomeFacts.gpu(0, "NVIDIA H100", new ComputeCapability(9, 0));
        assertOnly(
                SomeFacts.ready().withDriver(Reading.of(SomeFacts.driver("11.4", gpu))),
                Part.DRIVER,
                "expected a driver for CUDA 12, which ONNX Runtime is built with, found one for"
                        + " CUDA 11.4 at most. Install a newer driver",
                "since ONNX Runtime is built with CUDA 12 and the driver supports CUDA 11.4 at"
                        + " most; to mend it: install a newer driver");
    }

    /** A driver runs programs of earlier releases of its CUDA, and of later ones. */
    @Test
    void aDriverOfTheSameCudaIsEnough() {
        Gpu gpu = SomeFacts.gpu(0, "NVIDIA H100", new ComputeCapability(9, 0));
        for (String cuda : List.of("12.0", "12.8", "13.0")) {
            assertTrue(
                    SomeFacts.ready()
                            .withDriver(Reading.of(SomeFacts.driver(cuda, gpu)))
                            .readiness()
                            .isReady(),
                    cuda);
        }
    }

    @Test
    void aPathOfCudaThatIsNoFolderIsToldWhereALibraryIsMissing() {
        Path nope = Path.of("/nope");
        SomeFacts facts = SomeFacts.ready().withAbsentFolders(nope);
        assertTrue(facts.readiness().isReady());
        assertEquals(
                "libcublas.so.12 of CUDA 12 is not found (%s: no such folder)".formatted(nope),
                facts.lacking(CUBLAS).readiness().first().orElseThrow().since());
    }

    @Test
    void aLibraryThatIsMissing() {
        String mend =
                "pt install libcublas-12-6, or build with -Pcuda12-redist, or name its folder with"
                        + " -Dkvbench.cuda.path=DIR";
        assertOnly(
                SomeFacts.ready().lacking(CUBLAS),
                Part.LIBRARIES,
                "expected libcublas.so.12 of CUDA 12, which ONNX Runtime's provider needs, found"
                        + " none. A"
                        + mend,
                "since libcublas.so.12 of CUDA 12 is not found; to mend it: a" + mend);
        assertOnly(
                SomeFacts.ready()
                        .lacking(
                                new Missing(
                                        CUBLAS.name(),
                                        Need.REQUIRED,
                                        List.of("/a/libcublas.so.12: expected x, found y."),
                                        CUBLAS.sources())),
                Part.LIBRARIES,
                "expected libcublas.so.12 of CUDA 12, which ONNX Runtime's provider needs, found"
                        + " none (/a/libcublas.so.12: expected x, found y). A"
                        + mend,
                "since libcublas.so.12 of CUDA 12 is not found (/a/libcublas.so.12: expected x,"
                        + " found y); to mend it: a"
                        + mend);
    }

    @Test
    void aLibraryThatCanBeDoneWithout() {
        assertTrue(
                SomeFacts.ready()
                        .lacking(new Missing("libcudnn.so.9", Need.OPTIONAL, List.of(), List.of()))
                        .readiness()
                        .isReady());
    }

    @Test
    void theDriversOwnLibrary() {
        assertOnly(
                SomeFacts.ready()
                        .lacking(
                                new Missing(
                                        CudaLibraries.OF_DRIVER,
                                        Need.REQUIRED,
                                        List.of(),
                                        List.of("install NVIDIA's driver"))),
                Part.DRIVER,
                "expected libcuda.so.1 of NVIDIA's driver, which ONNX Runtime's provider needs,"
                        + " found that the system's loader does not find it. Install NVIDIA's"
                        + " driver, or give a container its GPUs (docker run --gpus all)",
                "since libcuda.so.1 of NVIDIA's driver is not found; to mend it: install NVIDIA's"
                        + " driver, or give a container its GPUs (docker run --gpus all)");
    }

    @Test
    void aProviderThatCannotBeRead() {
        assertOnly(
                SomeFacts.ready().withLibraries(Reading.absent("/p.so: expected a, found b.")),
                Part.LIBRARIES,
                "expected a provider library whose needs can be read, found that they cannot"
                        + " (/p.so: expected a, found b). Get that ONNX Runtime again",
                "since what ONNX Runtime's provider needs cannot be read (/p.so: expected a, found"
                        + " b); to mend it: get that ONNX Runtime again");
    }

    @Test
    void aGpuThatTheBuildHasNoCodeFor() {
        Gpu gpu = SomeFacts.gpu(0, "NVIDIA B200", new ComputeCapability(10, 0));
        SomeFacts facts = SomeFacts.ready().withDriver(Reading.of(SomeFacts.driver("12.8", gpu)));
        assertOnly(
                facts,
                Part.CODE,
                "expected a GPU of a compute capability that ONNX Runtime has code for (8.0, 9.0),"
                        + " found NVIDIA B200 (10.0). Build with -Pcuda12 or -Pcuda13, whichever"
                        + " this is not, or bring another GPU",
                "since this ONNX Runtime has code for compute capabilities 8.0, 9.0 and none for"
                        + " NVIDIA B200 (10.0); to mend it: build with -Pcuda12 or -Pcuda13,"
                        + " whichever this is not, or bring another GPU");
        assertTrue(facts.withCode(Optional.empty()).readiness().isReady());
    }

    @Test
    void aLibraryThatTheLoaderRefuses() {
        assertOnly(
                SomeFacts.ready().refusing(Path.of("/cuda/libcublas.so.12")),
                Part.LIBRARIES,
                "expected a CUDA library that the system's loader takes, found that it refuses"
                        + " /cuda/libcublas.so.12. See what `ldd /cuda/libcublas.so.12` misses",
                "since the system's loader refuses /cuda/libcublas.so.12; to mend it: see what"
                        + " `ldd /cuda/libcublas.so.12` misses");
    }

    @Test
    void whatCannotBeLookedForIsNotMissed() {
        assertEquals(
                List.of(Part.RUNTIME, Part.DRIVER),
                SomeFacts.cpuOnly().lacking(CUBLAS).readiness().all().stream()
                        .map(Obstacle::part)
                        .toList());
        assertEquals(
                List.of(Part.DRIVER, Part.LIBRARIES),
                SomeFacts.ready()
                        .withDriver(Reading.absent(SomeFacts.NO_DRIVER))
                        .lacking(CUBLAS)
                        .readiness()
                        .all()
                        .stream()
                        .map(Obstacle::part)
                        .toList());
    }

    @Test
    void aNoteIsForWhoeverHasADriverOrABuildWithCudaAndYetTheCpu() {
        assertEquals(Optional.empty(), SomeFacts.ready().readiness().note());
        assertEquals(Optional.empty(), SomeFacts.cpuOnly().readiness().note());
        for (SomeFacts facts :
                List.of(
                        SomeFacts.cpuOnly().withKernelDriver(Optional.of("570")),
                        SomeFacts.ready()
                                .withDriver(Reading.absent(SomeFacts.NO_DRIVER))
                                .withKernelDriver(Optional.empty()))) {
            CudaReadiness readiness = facts.readiness();
            assertEquals(Optional.of(readiness.line()), readiness.note());
        }
    }

    /** The one obstacle, as an exception, as a clause, and as the reason for provider auto. */
    private static void assertOnly(SomeFacts facts, Part part, String message, String words) {
        CudaReadiness readiness = facts.readiness();
        assertFalse(readiness.isReady());
        assertEquals(List.of(part), readiness.all().stream().map(Obstacle::part).toList());
        assertEquals(readiness.all().getFirst(), readiness.first().orElseThrow());
        assertEquals(words, readiness.first().orElseThrow().words());
        assertEquals("provider auto is cpu: cuda is not usable, " + words + ".", readiness.line());
        assertEquals(Provider.CPU, Provider.AUTO.resolve(() -> readiness));
        var e = assertThrows(InputException.class, () -> Provider.CUDA.resolve(() -> readiness));
        assertFalse(e.isWrongUse());
        assertEquals("provider cuda: " + message + ", or use provider cpu.", e.getMessage());
    }
}
