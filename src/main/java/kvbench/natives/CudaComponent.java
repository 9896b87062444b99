package kvbench.natives;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A part of CUDA that is packaged by itself.
 *
 * <p>Names of packages: NVIDIA's repository for Debian and Ubuntu, and its wheels on PyPI.
 */
enum CudaComponent {
    RUNTIME("libcudart", "cuda-cudart", "nvidia-cuda-runtime"),
    CUBLAS_LT("libcublasLt", "libcublas", "nvidia-cublas"),
    CUBLAS("libcublas", "libcublas", "nvidia-cublas"),
    CURAND("libcurand", "libcurand", "nvidia-curand"),
    CUFFT("libcufft", "libcufft", "nvidia-cufft"),
    NVRTC("libnvrtc", "cuda-nvrtc", "nvidia-cuda-nvrtc"),
    NVJITLINK("libnvJitLink", "libnvjitlink", "nvidia-nvjitlink"),
    CUDNN("libcudnn", "libcudnn9-cuda", "nvidia-cudnn"),
    /** Comes with the driver and nowhere else. */
    DRIVER("libcuda", "", "");

    /** CUDA of the packages that Maven's profile unpacks. */
    private static final int REDIST_MAJOR = 12;

    private final String stem;
    private final String debian;
    private final String wheel;

    CudaComponent(String stem, String debian, String wheel) {
        this.stem = stem;
        this.debian = debian;
        this.wheel = wheel;
    }

    /** The component of library {@code name}, such as libcublas.so.12; empty for all others. */
    static Optional<CudaComponent> of(String name) {
        int end = name.indexOf(".so");
        return end < 0
                ? Optional.empty()
                : Arrays.stream(values())
                        .filter(component -> component.stem.equals(name.substring(0, end)))
                        .findFirst();
    }

    /** What brings it, for CUDA {@code major}, each as a command. */
    List<String> sources(int major) {
        if (this == DRIVER) {
            return List.of("install NVIDIA's driver");
        }
        String apt = "apt install %s".formatted(debianPackage(major));
        String pip = "pip install %s".formatted(wheelPackage(major));
        return major == REDIST_MAJOR
                ? List.of(apt, "build with -Pcuda12-redist", pip)
                : List.of(apt, pip);
    }

    /** Of CUDA 12 the release that Maven has, of later ones the first. */
    private String debianPackage(int major) {
        if (this == CUDNN) {
            return "%s-%d".formatted(debian, major);
        }
        return "%s-%d-%d".formatted(debian, major, major == REDIST_MAJOR ? 6 : 0);
    }

    /** From CUDA 13 on only cuDNN's wheels have it in their names. */
    private String wheelPackage(int major) {
        return major <= REDIST_MAJOR || this == CUDNN ? "%s-cu%d".formatted(wheel, major) : wheel;
    }
}
