package kvbench.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kvbench.natives.CudaLibraries.Found;
import kvbench.natives.CudaLibraries.Missing;
import kvbench.natives.CudaLibraries.Need;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

class CudaLibrariesTest {
    private static final Platform X64 = new Platform(Platform.LINUX, Platform.X64);

    @TempDir Path folder;

    private final StandInLoader loader = new StandInLoader();
    private Path provider;
    private Path cuda;

    @BeforeEach
    void writeProvider() {
        provider =
                new TinyElf(
                                "",
                                "libcublas.so.12",
                                "libcublasLt.so.12",
                                "libcurand.so.10",
                                "libcudart.so.12",
                                "libstdc++.so.6",
                                "libc.so.6")
                        .as(folder.resolve("libonnxruntime_providers_cuda.so"));
        cuda = folder.resolve("cuda");
    }

    private void writeCuda() {
        new TinyElf("libcublas.so.12", "libcublasLt.so.12", "libc.so.6").in(cuda);
        new TinyElf("libcublasLt.so.12", "libc.so.6").in(cuda);
        new TinyElf("libcurand.so.10").in(cuda);
        new TinyElf("libcudart.so.12").in(cuda);
        new TinyElf("libcudnn.so.9").in(cuda);
    }

    @Test
    void whatNeedsAnotherIsLoadedAfterIt() throws IOException {
        writeCuda();
        CudaLibraries libraries = find();
        List<String> order =
                List.of(
                        "libcublasLt.so.12",
                        "libcublas.so.12",
                        "libcurand.so.10",
                        "libcudart.so.12",
                        "libcudnn.so.9");
        assertEquals(order, libraries.found().stream().map(Found::name).toList());
        assertEquals(OptionalInt.of(12), libraries.cudaMajor());
        assertEquals(List.of(), libraries.missing());
        assertEquals(Optional.empty(), libraries.load(loader));
        assertEquals(order, loader.loaded());
    }

    @Test
    void eachMissingLibraryNamesItsPackages() throws IOException {
        assertEquals(
                List.of(
                        missing12("libcublas.so.12", "libcublas-12-6", "nvidia-cublas-cu12"),
                        missing12("libcublasLt.so.12", "libcublas-12-6", "nvidia-cublas-cu12"),
                        missing12("libcurand.so.10", "libcurand-12-6", "nvidia-curand-cu12"),
                        missing12(
                                "libcudart.so.12", "cuda-cudart-12-6", "nvidia-cuda-runtime-cu12"),
                        new Missing(
                                "libcudnn.so.9",
                                Need.OPTIONAL,
                                List.of(),
                                List.of(
                                        "apt install libcudnn9-cuda-12",
                                        "build with -Pcuda12-redist",
                                        "pip install nvidia-cudnn-cu12"))),
                find().missing());
    }

    private static Missing missing12(String name, String debian, String wheel) {
        return new Missing(
                name,
                Need.REQUIRED,
                List.of(),
                List.of(
                        "apt install " + debian,
                        "build with -Pcuda12-redist",
                        "pip install " + wheel));
    }

    @Test
    void packagesAreThoseOfTheCudaThatItIsLinkedWith() throws IOException {
        provider =
                new TinyElf("", "libcudart.so.13", "libcufft.so.12", "libcudnn.so.9")
                        .as(folder.resolve("thirteen.so"));
        CudaLibraries libraries = find();
        assertEquals(OptionalInt.of(13), libraries.cudaMajor());
        assertEquals(
                List.of(
                        missing13("libcudart.so.13", "cuda-cudart-13-0", "nvidia-cuda-runtime"),
                        missing13("libcufft.so.12", "libcufft-13-0", "nvidia-cufft"),
                        missing13("libcudnn.so.9", "libcudnn9-cuda-13", "nvidia-cudnn-cu13")),
                libraries.missing());
        assertEquals("libcudart.so.13", libraries.firstMissing().orElseThrow().name());
    }

    private static Missing missing13(String name, String debian, String wheel) {
        return new Missing(
                name,
                Need.REQUIRED,
                List.of(),
                List.of("apt install " + debian, "pip install " + wheel));
    }

    @Test
    void whatIsNotNeededIsNoneOfTheFirstMissing() throws IOException {
        writeCuda();
        Files.delete(cuda.resolve("libcudnn.so.9"));
        CudaLibraries libraries = find();
        assertEquals(1, libraries.missing().size());
        assertEquals(Optional.empty(), libraries.firstMissing());
    }

    @Test
    void theDriversOwnLibraryIsFoundByTheLoaderOnly() throws IOException {
        provider = new TinyElf("", "libcuda.so.1").as(folder.resolve("driver.so"));
        new TinyElf("libcuda.so.1").in(cuda);
        assertEquals(
                List.of(
                        new Missing(
                                CudaLibraries.OF_DRIVER,
                                Need.REQUIRED,
                                List.of(),
                                List.of("install NVIDIA's driver"))),
                find().missing());
        Path file = new TinyElf("libcuda.so.1").as(folder.resolve("libcuda.so.570.124.06"));
        loader.knows("libcuda.so.1", file);
        assertEquals(
                List.of(new Found("libcuda.so.1", file, "570.124.06", Need.REQUIRED)),
                find().found());
    }

    @Test
    void givenFoldersComeBeforeTheLoaderAndUsualOnesAfterIt() throws IOException {
        provider = new TinyElf("", "libcudart.so.12").as(folder.resolve("one.so"));
        Path given = new TinyElf("libcudart.so.12").in(folder.resolve("given"));
        Path usual = new TinyElf("libcudart.so.12").in(folder.resolve("usual"));
        Path loaders = new TinyElf("libcudart.so.12").in(folder.resolve("loaders"));
        var both =
                new CudaFolders(List.of(given.getParent()), List.of(usual.getParent()), List.of());
        var later = new CudaFolders(List.of(), List.of(usual.getParent()), List.of());
        assertEquals(usual, first(later));
        loader.knows("libcudart.so.12", loaders);
        assertEquals(loaders, first(later));
        assertEquals(given, first(both));
    }

    private Path first(CudaFolders folders) throws IOException {
        return CudaLibraries.neededBy(provider, folders, loader, X64).found().getFirst().file();
    }

    /** The two parts of cuBLAS come in one release. */
    @Test
    void whatALibraryNeedsIsTakenFromBesideIt() throws IOException {
        provider = new TinyElf("", "libcublas.so.12").as(folder.resolve("one.so"));
        Path first = folder.resolve("a");
        Path second = folder.resolve("b");
        new TinyElf("libcublasLt.so.12").in(first);
        new TinyElf("libcublas.so.12", "libcublasLt.so.12").in(second);
        new TinyElf("libcublasLt.so.12").in(second);
        var folders = new CudaFolders(List.of(first, second), List.of(), List.of());
        assertEquals(
                List.of(second.resolve("libcublasLt.so.12"), second.resolve("libcublas.so.12")),
                CudaLibraries.neededBy(provider, folders, loader, X64).found().stream()
                        .map(Found::file)
                        .filter(file -> !file.endsWith("libcudnn.so.9"))
                        .toList());
    }

    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need a privilege there")
    @Test
    void theVersionIsThatOfTheFilesRealName() throws IOException {
        writeCuda();
        Files.move(cuda.resolve("libcublas.so.12"), cuda.resolve("libcublas.so.12.6.4.1"));
        Files.createSymbolicLink(cuda.resolve("libcublas.so.12"), Path.of("libcublas.so.12.6.4.1"));
        CudaLibraries libraries = find();
        assertEquals("", libraries.found().get(0).version());
        assertEquals("12.6.4.1", libraries.found().get(1).version());
    }

    @Test
    void aFileThatCannotServeIsToldAndPassedOver() throws IOException {
        provider = new TinyElf("", "libcudart.so.12").as(folder.resolve("one.so"));
        Path broken = folder.resolve("broken").resolve("libcudart.so.12");
        Files.createDirectories(broken.getParent());
        Files.writeString(broken, "short");
        Path arm =
                new TinyElf(TinyElf.AARCH64, "libcudart.so.12", List.of(), new byte[0])
                        .in(folder.resolve("arm"));
        Path other = folder.resolve("other").resolve("libcudart.so.12");
        new TinyElf("libcudart.so.13").as(other);
        var folders =
                new CudaFolders(
                        List.of(broken.getParent(), arm.getParent(), other.getParent()),
                        List.of(),
                        List.of());
        Missing missing =
                CudaLibraries.neededBy(provider, folders, loader, X64).firstMissing().orElseThrow();
        assertEquals(
                List.of(
                        broken + ": expected a shared library, found a file of 5 bytes.",
                        arm + ": expected a library for x64, found one for arm64.",
                        other
                                + ": expected a library that calls itself so, found one that calls"
                                + " itself \"libcudart.so.13\"."),
                missing.refused());
        writeCuda();
        var further =
                new CudaFolders(
                        List.of(broken.getParent(), arm.getParent()), List.of(cuda), List.of());
        assertEquals(cuda.resolve("libcudart.so.12"), first(further));
    }

    @Test
    void librariesThatNeedEachOtherAreEachFoundOnce() throws IOException {
        provider = new TinyElf("", "libcublas.so.12").as(folder.resolve("one.so"));
        new TinyElf("libcublas.so.12", "libcublasLt.so.12").in(cuda);
        new TinyElf("libcublasLt.so.12", "libcublas.so.12").in(cuda);
        assertEquals(
                List.of("libcublasLt.so.12", "libcublas.so.12"),
                find().found().stream().map(Found::name).toList());
    }

    @Test
    void theFirstThatTheLoaderRefusesIsTold() throws IOException {
        writeCuda();
        loader.refuses("libcurand.so.10").refuses("libcudnn.so.9");
        assertEquals(Optional.of("libcurand.so.10"), find().load(loader).map(Found::name));
        var other = new StandInLoader().refuses("libcudnn.so.9");
        assertEquals(Optional.empty(), find().load(other));
    }

    @Test
    void aProviderOfAnotherKindNeedsNothingOfCuda() throws IOException {
        provider = new TinyElf("", "libc.so.6").as(folder.resolve("plain.so"));
        assertEquals(new CudaLibraries(OptionalInt.empty(), List.of(), List.of()), find());
    }

    @Test
    void aProviderThatCannotBeReadIsTold() {
        provider = folder.resolve("none.so");
        var e = assertThrows(IOException.class, this::find);
        assertEquals(
                provider + ": expected a shared library, found no file there.", e.getMessage());
    }

    private CudaLibraries find() throws IOException {
        List<Path> folders = Files.isDirectory(cuda) ? List.of(cuda) : List.of();
        return CudaLibraries.neededBy(
                provider, new CudaFolders(folders, List.of(), List.of()), loader, X64);
    }
}
