package kvbench.engine;

import kvbench.gpu.ComputeCapability;
import kvbench.gpu.DeviceMemory;
import kvbench.gpu.Reading;
import kvbench.natives.CudaCode;
import kvbench.natives.CudaLibraries;
import kvbench.natives.Platform;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What decides whether CUDA can be used here. Each answer is found once, when it is asked for. */
public interface CudaFacts {

    /** The system under this process. */
    Platform platform();

    /** ONNX Runtime, or why none can be loaded. */
    Reading<OrtBuild> runtime();

    /** The driver as its management library tells of it, or why that does not answer. */
    Reading<Driver> driver();

    /**
     * Version of the driver in the kernel, which a container sees too; empty where there is none.
     */
    Optional<String> kernelDriver();

    /** {@code CUDA_VISIBLE_DEVICES}; empty where it is not set. */
    Optional<String> visibleDevices();

    /** The provider's own files that have to lie beside ONNX Runtime's library and do not. */
    List<Path> missingProviderFiles();

    /** Where the user has CUDA's libraries looked for, as far as it is no folder. */
    List<Path> absentFolders();

    /** CUDA's libraries that the provider needs, or why that cannot be told. */
    Reading<CudaLibraries> libraries();

    /** The GPUs that the provider has code for; empty where it does not tell. */
    Optional<CudaCode> code();

    /**
     * Loads {@link #libraries} into this process, where the provider then finds them.
     *
     * @return the file that the system's loader refuses, or empty
     */
    Optional<Path> refused();

    /**
     * ONNX Runtime's library.
     *
     * @param info what it says of its own build
     * @param providers the execution providers that it is built with
     */
    record OrtBuild(String version, Path path, String info, List<String> providers) {
        private static final String CUDA_PROVIDER = "CUDAExecutionProvider";

        public OrtBuild {
            providers = List.copyOf(providers);
        }

        /** Whether it is built with CUDA. */
        public boolean hasCuda() {
            return providers.contains(CUDA_PROVIDER);
        }
    }

    /**
     * NVIDIA's driver.
     *
     * @param version such as 570.124.06
     * @param cuda the newest CUDA that it supports, such as 12.8
     * @param gpus all that it sees, whatever CUDA is told to use
     */
    record Driver(Reading<String> version, Reading<String> cuda, Reading<List<Gpu>> gpus) {}

    /**
     * One GPU.
     *
     * @param index NVML's number of it
     * @param clockReasons what holds its clocks back
     */
    record Gpu(
            int index,
            Reading<String> name,
            Reading<String> uuid,
            Reading<ComputeCapability> capability,
            Reading<DeviceMemory> memory,
            Reading<String> mig,
            Reading<List<String>> clockReasons) {}
}
