package kvbench.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class CudaFoldersTest {
    private static final Platform X64 = new Platform(Platform.LINUX, Platform.X64);
    private static final Platform ARM64 = new Platform(Platform.LINUX, Platform.ARM64);

    @TempDir Path root;

    @Test
    void aMachineWithoutAnyHasNone() {
        assertEquals(
                new CudaFolders(List.of(), List.of(), List.of()), folders(X64, Map.of(), Map.of()));
    }

    @Test
    void usualFoldersAreThoseThatAreThereInTheOrderOfLooking() throws IOException {
        make(
                "cache/cuda-12.6",
                "usr/local/cuda-9.2/lib64",
                "usr/local/cuda-12.6/lib64",
                "usr/local/cuda-13.0/targets/x86_64-linux/lib",
                "usr/local/cuda-13.0/targets/sbsa-linux/lib",
                "usr/local/cuda/lib64",
                "opt/cuda/lib64",
                "usr/lib/x86_64-linux-gnu",
                "usr/lib/aarch64-linux-gnu",
                "venv/lib/python3.12/site-packages/nvidia/cublas/lib",
                "venv/lib/python3.12/site-packages/nvidia/cudnn/lib",
                "venv/lib/python3.12/site-packages/nvidia/cudnn/include");
        Map<String, String> variables = Map.of("VIRTUAL_ENV", root.resolve("venv").toString());
        assertEquals(
                List.of(
                        "cache/cuda-12.6",
                        "usr/local/cuda/lib64",
                        "usr/local/cuda-13.0/targets/x86_64-linux/lib",
                        "usr/local/cuda-12.6/lib64",
                        "usr/local/cuda-9.2/lib64",
                        "opt/cuda/lib64",
                        "usr/lib/x86_64-linux-gnu",
                        "venv/lib",
                        "venv/lib/python3.12/site-packages/nvidia/cublas/lib",
                        "venv/lib/python3.12/site-packages/nvidia/cudnn/lib"),
                relative(folders(X64, Map.of(), variables).usual()));
        assertEquals(
                List.of(
                        "cache/cuda-12.6",
                        "usr/local/cuda/lib64",
                        "usr/local/cuda-13.0/targets/sbsa-linux/lib",
                        "usr/local/cuda-12.6/lib64",
                        "usr/local/cuda-9.2/lib64",
                        "opt/cuda/lib64",
                        "usr/lib/aarch64-linux-gnu"),
                relative(folders(ARM64, Map.of(), Map.of()).usual()));
    }

    @Test
    void aGivenFolderIsOneOfLibrariesOrHasThemBelow() throws IOException {
        make(
                "flat",
                "toolkit/lib64",
                "wheels/nvidia/cu13/lib",
                "env/lib/python3.11/site-packages/nvidia/curand/lib");
        String given =
                Stream.of("flat", "none", "toolkit", "", "wheels", "env")
                        .map(name -> name.isEmpty() ? name : root.resolve(name).toString())
                        .reduce((left, right) -> left + File.pathSeparator + right)
                        .orElseThrow();
        assertEquals(
                List.of(
                        "flat",
                        "toolkit",
                        "toolkit/lib64",
                        "wheels",
                        "wheels/nvidia/cu13/lib",
                        "env",
                        "env/lib",
                        "env/lib/python3.11/site-packages/nvidia/curand/lib"),
                relative(folders(X64, Map.of("kvbench.cuda.path", given), Map.of()).given()));
        assertEquals(
                List.of("none"),
                relative(folders(X64, Map.of("kvbench.cuda.path", given), Map.of()).absent()));
    }

    @Test
    void thePropertyComesBeforeTheVariable() throws IOException {
        make("a", "b");
        Map<String, String> variable = Map.of("KVBENCH_CUDA_PATH", root.resolve("b").toString());
        assertEquals(List.of("b"), relative(folders(X64, Map.of(), variable).given()));
        assertEquals(
                List.of("a"),
                relative(
                        folders(
                                        X64,
                                        Map.of("kvbench.cuda.path", root.resolve("a").toString()),
                                        variable)
                                .given()));
    }

    private void make(String... folders) throws IOException {
        for (String folder : folders) {
            Files.createDirectories(root.resolve(folder));
        }
    }

    private CudaFolders folders(
            Platform platform, Map<String, String> properties, Map<String, String> variables) {
        return CudaFolders.of(
                properties::get,
                variables::get,
                root,
                root.resolve("cache").resolve(CudaFolders.UNPACKED),
                platform);
    }

    private List<String> relative(List<Path> folders) {
        return folders.stream()
                .map(folder -> root.relativize(folder).toString().replace('\\', '/'))
                .toList();
    }
}
