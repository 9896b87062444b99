package kvbench.engine;

import kvbench.gpu.ComputeCapability;
import kvbench.gpu.DeviceMemory;
import kvbench.gpu.Reading;
import kvbench.natives.CudaCode;
import kvbench.natives.CudaLibraries;
import kvbench.natives.CudaLibraries.Found;
import kvbench.natives.CudaLibraries.Missing;
import kvbench.natives.CudaLibraries.Need;
import kvbench.natives.Platform;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Facts of a machine that is ready for CUDA, of which a test changes one. */
public record SomeFacts(
        Platform platform,
        Reading<OrtBuild> runtime,
        Reading<Driver> driver,
        Optional<String> kernelDriver,
        Optional<String> visibleDevices,
        List<Path> missingProviderFiles,
        Reading<CudaLibraries> libraries,
        Optional<CudaCode> code,
        Optional<Path> refused,
        List<Path> absentFolders)
        implements CudaFacts {

    public static final String NO_DRIVER = "libnvidia-ml.so.1 cannot be loaded";

    /** A machine with one H100, CUDA 12 and all that belongs to it. */
    public static SomeFacts ready() {
        return new SomeFacts(
                new Platform(Platform.LINUX, Platform.X64),
                Reading.of(build("CUDAExecutionProvider", "CPUExecutionProvider")),
                Reading.of(driver("12.8", gpu(0, "NVIDIA H100", new ComputeCapability(9, 0)))),
                Optional.of("570.124.06"),
                Optional.empty(),
                List.of(),
                Reading.of(
                        new CudaLibraries(
                                OptionalInt.of(12),
                                List.of(
                                        new Found(
                                                "libcudart.so.12",
                                                Path.of("/cuda/libcudart.so.12"),
                                                "12.6.77",
                                                Need.REQUIRED)),
                                List.of())),
                Optional.of(new CudaCode(new TreeSet<>(Set.of(80, 90)), new TreeSet<>())),
                Optional.empty(),
                List.of());
    }

    /** A machine as most are: the CPU build, and no driver. */
    public static SomeFacts cpuOnly() {
        return ready().with(Reading.of(build("CPUExecutionProvider")))
                .withDriver(Reading.absent(NO_DRIVER))
                .withKernelDriver(Optional.empty());
    }

    public static OrtBuild build(String... providers) {
        return new OrtBuild(
                "1.29.0",
                Path.of("/ort/libonnxruntime.so"),
                "ORT Build Info: a test",
                List.of(providers));
    }

    public static Driver driver(String cuda, Gpu... gpus) {
        return new Driver(Reading.of("570.124.06"), Reading.of(cuda), Reading.of(List.of(gpus)));
    }

    public static Gpu gpu(int index, String name, ComputeCapability capability) {
        return gpu(index, name, capability, new DeviceMemory(80L << 30, 10L << 30, 1L << 30));
    }

    /** As {@link #gpu(int, String, ComputeCapability)}, with another memory. */
    public static Gpu gpu(
            int index, String name, ComputeCapability capability, DeviceMemory memory) {
        return new Gpu(
                index,
                Reading.of(name),
                Reading.of("GPU-%d1111111-2222".formatted(index)),
                Reading.of(capability),
                Reading.of(memory),
                Reading.of("off"),
                Reading.of(List.of("gpu idle")));
    }

    public CudaReadiness readiness() {
        return new CudaReadiness(this);
    }

    SomeFacts with(Platform changed) {
        return new SomeFacts(
                changed,
                runtime,
                driver,
                kernelDriver,
                visibleDevices,
                missingProviderFiles,
                libraries,
                code,
                refused,
                absentFolders);
    }

    public SomeFacts with(Reading<OrtBuild> changed) {
        return new SomeFacts(
                platform,
                changed,
                driver,
                kernelDriver,
                visibleDevices,
                missingProviderFiles,
                libraries,
                code,
                refused,
                absentFolders);
    }

    public SomeFacts withDriver(Reading<Driver> changed) {
        return new SomeFacts(
                platform,
                runtime,
                changed,
                kernelDriver,
                visibleDevices,
                missingProviderFiles,
                libraries,
                code,
                refused,
                absentFolders);
    }

    SomeFacts withKernelDriver(Optional<String> changed) {
        return new SomeFacts(
                platform,
                runtime,
                driver,
                changed,
                visibleDevices,
                missingProviderFiles,
                libraries,
                code,
                refused,
                absentFolders);
    }

    SomeFacts withVisibleDevices(String changed) {
        return new SomeFacts(
                platform,
                runtime,
                driver,
                kernelDriver,
                Optional.of(changed),
                missingProviderFiles,
                libraries,
                code,
                refused,
                absentFolders);
    }

    SomeFacts withMissingProviderFiles(Path... changed) {
        return new SomeFacts(
                platform,
                runtime,
                driver,
                kernelDriver,
                visibleDevices,
                List.of(changed),
                libraries,
                code,
                refused,
                absentFolders);
    }

    SomeFacts withLibraries(Reading<CudaLibraries> changed) {
        return new SomeFacts(
                platform,
                runtime,
                driver,
                kernelDriver,
                visibleDevices,
                missingProviderFiles,
                changed,
                code,
                refused,
                absentFolders);
    }

    /** CUDA 12 lacks this one. */
    public SomeFacts lacking(Missing library) {
        return withLibraries(
                libraries.map(
                        found ->
                                new CudaLibraries(
                                        found.cudaMajor(), found.found(), List.of(library))));
    }

    SomeFacts withCode(Optional<CudaCode> changed) {
        return new SomeFacts(
                platform,
                runtime,
                driver,
                kernelDriver,
                visibleDevices,
                missingProviderFiles,
                libraries,
                changed,
                refused,
                absentFolders);
    }

    SomeFacts refusing(Path changed) {
        return new SomeFacts(
                platform,
                runtime,
                driver,
                kernelDriver,
                visibleDevices,
                missingProviderFiles,
                libraries,
                code,
                Optional.of(changed),
                absentFolders);
    }

    /** The user names folders that are not there. */
    public SomeFacts withAbsentFolders(Path... changed) {
        return new SomeFacts(
                platform,
                runtime,
                driver,
                kernelDriver,
                visibleDevices,
                missingProviderFiles,
                libraries,
                code,
                refused,
                List.of(changed));
    }
}
