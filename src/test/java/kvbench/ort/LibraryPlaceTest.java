package kvbench.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.natives.Platform;
import kvbench.ort.LibraryPlace.Origin;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** In which order the library is looked for. */
class LibraryPlaceTest {
    private static final Platform LINUX = new Platform(Platform.LINUX, Platform.X64);
    private static final Platform NOWHERE = new Platform("plan9", Platform.X64);

    @TempDir Path folder;

    @Test
    void whatWasGivenComesFirst() throws IOException {
        build("onnxruntime-cuda12", "libonnxruntime.so");
        Path given = Files.createFile(folder.resolve("mine.so"));

        assertEquals(
                new LibraryPlace(given, Origin.GIVEN), find(Optional.of(given.toString()), LINUX));
    }

    @Test
    void aBuildBesideTheJarComesBeforeTheClassPath() throws IOException {
        Path build = build("onnxruntime-cuda12", "libonnxruntime.so");

        assertEquals(new LibraryPlace(build, Origin.BESIDE_THE_JAR), find(Optional.empty(), LINUX));
    }

    @Test
    void aBuildWithTheNameThatOthersLinkIsFoundToo() throws IOException {
        Path build = build("onnxruntime-cuda13", "libonnxruntime.so.1");

        assertEquals(build, find(Optional.empty(), LINUX).path());
    }

    @Test
    void ofTwoNamesOfOneBuildThatOfTheClassPathIsTaken() throws IOException {
        Path build = build("mine", "libonnxruntime.so");
        build("mine", "libonnxruntime.so.1");

        assertEquals(build, find(Optional.empty(), LINUX).path());
    }

    @Test
    void bundledPassesTheBuildBesideTheJarOver() throws IOException {
        build("onnxruntime-cuda12", "libonnxruntime.so");

        assertEquals(Origin.CLASS_PATH, find(Optional.of("bundled"), Platform.current()).origin());
    }

    @Test
    void ofAGivenFolderTheLibraryIsToBeNamed() throws IOException {
        String message =
                "expected ONNX Runtime's library at %1$s, found a folder. Name the library in it"
                        + " with -Dkvbench.onnxruntime or KVBENCH_ONNXRUNTIME, such as %2$s.";
        assertEquals(
                message.formatted(folder, folder.resolve("libonnxruntime.so")),
                refusal(Optional.of(folder.toString()), LINUX));

        Path library = build("onnxruntime-cuda13", "libonnxruntime.so.1");

        assertEquals(
                message.formatted(library.getParent(), library),
                refusal(Optional.of(library.getParent().toString()), LINUX));
    }

    @Test
    void whereNothingLiesBesideTheJarTheClassPathServes() throws IOException {
        Files.createDirectories(natives().resolve("cuda-12.6"));
        Files.createFile(natives().resolve("cuda-12.6").resolve("libcudart.so.12"));

        assertEquals(Origin.CLASS_PATH, find(Optional.empty(), Platform.current()).origin());
        assertEquals(
                Origin.CLASS_PATH,
                LibraryPlace.find(Optional.empty(), Optional.empty(), Platform.current()).origin());
    }

    @Test
    void aBuildOfAnotherSystemIsNone() throws IOException {
        build("onnxruntime-cuda12", "onnxruntime.dll");

        assertEquals(Origin.CLASS_PATH, find(Optional.empty(), Platform.current()).origin());
    }

    @Test
    void oneOfSeveralBuildsIsNotGuessed() throws IOException {
        Path first = build("onnxruntime-cuda12", "libonnxruntime.so");
        Path second = build("onnxruntime-cuda13", "libonnxruntime.so.1");

        assertEquals(
                "expected one build of ONNX Runtime in %s, found %s. Remove all but one, or name one with -Dkvbench.onnxruntime=PATH."
                        .formatted(natives(), List.of(first, second)),
                refusal(Optional.empty(), LINUX));
    }

    @Test
    void aPlatformThatTheClassPathLacksIsNamed() {
        assertEquals(
                "expected ONNX Runtime for this platform in the class path"
                    + " (/ai/onnxruntime/native/plan9-x64/libonnxruntime.so), found none. Name a"
                    + " library with -Dkvbench.onnxruntime=PATH.",
                refusal(Optional.of("bundled"), NOWHERE));
    }

    @Test
    void onlyABuildBesideTheJarHasTheWayBackToTheCpu() {
        var error = new OrtLibraryException("expected a library, found none.");

        assertEquals(
                "expected a library, found none. -Dkvbench.onnxruntime=bundled goes on with the CPU"
                        + " build.",
                Origin.BESIDE_THE_JAR.explain(error).getMessage());
        assertSame(error, Origin.GIVEN.explain(error));
        assertSame(error, Origin.CLASS_PATH.explain(error));
    }

    @Test
    void theClassPathsLibraryIsAFile() {
        assertTrue(Files.isRegularFile(find(Optional.of("bundled"), Platform.current()).path()));
    }

    private Path natives() {
        return folder.resolve("natives");
    }

    private Path build(String name, String file) throws IOException {
        return Files.createFile(Files.createDirectories(natives().resolve(name)).resolve(file));
    }

    private LibraryPlace find(Optional<String> given, Platform platform) {
        return LibraryPlace.find(given, Optional.of(natives()), platform);
    }

    private String refusal(Optional<String> given, Platform platform) {
        return assertThrows(OrtLibraryException.class, () -> find(given, platform)).getMessage();
    }
}
