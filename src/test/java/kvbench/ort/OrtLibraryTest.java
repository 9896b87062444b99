package kvbench.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.natives.Platform;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Which library is used, and what is said of one that cannot be; the latter in other processes. */
class OrtLibraryTest {
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final String PROVIDER = "libonnxruntime_providers_cuda.so";
    private static final Path UNUSED = Path.of("libonnxruntime.so").toAbsolutePath();

    @Test
    void theBundledLibraryIsOfTheVersionItIsBoundFor() {
        OrtLibrary library = OrtLibrary.get();

        assertEquals(Integer.parseInt(library.version().split("\\.")[1]), library.apiVersion());
        assertTrue(Files.isRegularFile(library.path()), library.toString());
        assertEquals(library, OrtLibrary.get());
    }

    @Test
    void slotsAreThoseOfTheFunctionsTheyAreCalledFor() {
        assertTrue(OrtEnvironment.availableProviders().contains("CPUExecutionProvider"));
        String build = OrtEnvironment.buildInfo();
        assertTrue(build.startsWith("ORT Build Info: "), build);
        assertTrue(build.contains("build type=Release"), build);
    }

    @Test
    void theMinorNumberIsTheVersionOfTheApi() {
        assertEquals(23, OrtLibrary.apiVersion("1.23.0", UNUSED));
        assertEquals(29, OrtLibrary.apiVersion("1.29.0-dev", UNUSED));
        for (String version : List.of("1.22.9", "2.30.0", "1", "1.x.0", "next")) {
            assertEquals(
                    "expected ONNX Runtime 1.23 or later at %s, found %s. Bring a newer library."
                            .formatted(UNUSED, version),
                    assertThrows(
                                    OrtLibraryException.class,
                                    () -> OrtLibrary.apiVersion(version, UNUSED))
                            .getMessage());
        }
    }

    @Test
    void saysThatThereIsNoFileAtTheGivenPath(@TempDir Path folder) throws Exception {
        Path missing = folder.resolve("missing.so");

        assertRefused(
                missing,
                "expected ONNX Runtime's library at %s, found no file there. Mend -Dkvbench.onnxruntime or KVBENCH_ONNXRUNTIME, or give \"bundled\" to use the bundled CPU build."
                        .formatted(missing));
    }

    @Test
    void saysThatAFileIsNoLibrary(@TempDir Path folder) throws Exception {
        Path text = Files.writeString(folder.resolve("text.so"), "not a library");

        assertRefused(
                text,
                "expected a loadable ONNX Runtime at %1$s, found one that the system's loader refuses (Cannot open library: %1$s). On Linux, `ldd %1$s` names what is missing."
                        .formatted(text));
    }

    @Test
    void saysThatALibraryIsNotOnnxRuntime() throws Exception {
        Path folder =
                JAVA_HOME.resolve(
                        Files.isDirectory(JAVA_HOME.resolve("lib/server")) ? "lib" : "bin");
        Path zip = folder.resolve(System.mapLibraryName("zip"));

        assertRefused(
                zip,
                "expected ONNX Runtime at %s, found a library without OrtGetApiBase."
                        .formatted(zip));
    }

    @Test
    void aBuildWithoutAProviderForCudaIsForTheCpu(@TempDir Path folder) {
        assertEquals("CPU", in(folder).builtFor());
    }

    @Test
    void aProviderThatIsNoLibraryLeavesItsCudaUnknown(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve(PROVIDER), "x".repeat(100));

        String builtFor = in(folder).builtFor();

        assertTrue(builtFor.startsWith("unknown: " + folder.resolve(PROVIDER)), builtFor);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aProviderThatLinksNoCudaRuntimeLeavesItsCudaUnknown(@TempDir Path folder)
            throws IOException {
        Path provider =
                Files.copy(
                        JAVA_HOME.resolve("lib").resolve(System.mapLibraryName("zip")),
                        folder.resolve(PROVIDER));

        assertEquals(
                "unknown: %s links no libcudart.so.N".formatted(provider), in(folder).builtFor());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theLinkedRuntimeTellsTheCudaThatABuildIsFor(@TempDir Path folder) throws Exception {
        Path runtime = StandIn.library(folder, "libcudart.so.12", "libcudart.so.12");
        StandIn.library(folder, PROVIDER, PROVIDER, runtime.toString());

        assertEquals("CUDA 12", in(folder).builtFor());
    }

    @Test
    void aLibraryThatWasNotCopiedToItsEndIsNotLoaded(@TempDir Path folder) throws IOException {
        Path half = folder.resolve("libonnxruntime.so");
        byte[] whole = Files.readAllBytes(OrtLibrary.get().path());
        var linux = new Platform(Platform.LINUX, Platform.X64);
        Files.write(half, Arrays.copyOf(whole, 100_000));

        if (Platform.current().system().equals(Platform.LINUX)) {
            OrtLibrary.requireWhole(OrtLibrary.get().path(), linux);
        }
        String message =
                assertThrows(OrtLibraryException.class, () -> OrtLibrary.requireWhole(half, linux))
                        .getMessage();
        assertTrue(
                message.startsWith(
                        "the build of ONNX Runtime beside the jar is broken: %s: expected "
                                .formatted(half)),
                message);
        assertTrue(message.endsWith(". Build or copy it again."), message);
        OrtLibrary.requireWhole(half, new Platform(Platform.MACOS, Platform.ARM64));
    }

    private static OrtLibrary in(Path folder) {
        return new OrtLibrary(folder.resolve("libonnxruntime.so"), "1.29.0", 29);
    }

    /** Every way into the package tells it, the first time and the next. */
    private static void assertRefused(Path library, String message)
            throws IOException, InterruptedException {
        assertEquals(
                Collections.nCopies(Refusals.WAYS.size(), message),
                OtherJvm.run(Refusals.class, "-D" + OrtLibrary.PATH_PROPERTY + "=" + library));
    }

    /** Prints what each way into the package says of a library that cannot be used. */
    static final class Refusals {
        static final List<Runnable> WAYS =
                List.of(
                        OrtEnvironment::open,
                        OrtEnvironment::availableProviders,
                        OrtEnvironment::buildInfo,
                        MemoryPlace::cpu,
                        SessionOptions::create,
                        OrtLibrary::get);

        private Refusals() {}

        public static void main(String[] args) {
            for (Runnable way : WAYS) {
                try {
                    way.run();
                    System.out.println("was not refused");
                } catch (OrtLibraryException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }
}
