package kvbench.ort;

import kvbench.natives.Platform;
import kvbench.natives.UnpackedLibrary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a library of ONNX Runtime was found.
 *
 * @param path its file
 * @param origin who put it there
 */
record LibraryPlace(Path path, Origin origin) {
    /** What a library was found by. */
    enum Origin {
        GIVEN(""),
        BESIDE_THE_JAR(
                " -D%s=%s goes on with the CPU build."
                        .formatted(OrtLibrary.PATH_PROPERTY, OrtLibrary.BUNDLED)),
        CLASS_PATH("");

        private final String wayOut;

        Origin(String wayOut) {
            this.wayOut = wayOut;
        }

        /** {@code error} of a library from here, with the way round it that only this has. */
        OrtLibraryException explain(OrtLibraryException error) {
            return wayOut.isEmpty() ? error : new OrtLibraryException(error.getMessage() + wayOut);
        }
    }

    /**
     * The place that is used: the path that was given, else the build in the natives folder, else
     * the class path.
     *
     * @param given path of a library, or {@value OrtLibrary#BUNDLED}; empty where none was given
     * @param natives the natives folder, there or not
     * @throws OrtLibraryException if what was given is not there, or the folder has several builds
     */
    static LibraryPlace find(Optional<String> given, Optional<Path> natives, Platform platform) {
        if (given.isPresent()) {
            return given.get().equals(OrtLibrary.BUNDLED)
                    ? ofClassPath(platform)
                    : atPath(given.get(), platform);
        }
        List<Path> builds = natives.map(folder -> builds(folder, platform)).orElse(List.of());
        if (builds.size() > 1) {
            throw new OrtLibraryException(
                    "expected one build of ONNX Runtime in %s, found %s. Remove all but one, or name one with -D%s=PATH."
                            .formatted(natives.orElseThrow(), builds, OrtLibrary.PATH_PROPERTY));
        }
        return builds.isEmpty()
                ? ofClassPath(platform)
                : new LibraryPlace(builds.getFirst(), Origin.BESIDE_THE_JAR);
    }

    private static LibraryPlace atPath(String given, Platform platform) {
        Path path = Path.of(given).toAbsolutePath();
        if (Files.isDirectory(path)) {
            throw new OrtLibraryException(
                    "expected ONNX Runtime's library at %s, found a folder. Name the library in it with -D%s or %s, such as %s."
                            .formatted(
                                    path,
                                    OrtLibrary.PATH_PROPERTY,
                                    OrtLibrary.PATH_VARIABLE,
                                    libraryIn(path, platform)));
        }
        if (!Files.isRegularFile(path)) {
            throw new OrtLibraryException(
                    "expected ONNX Runtime's library at %s, found no file there. Mend -D%s or %s, or give \"%s\" to use the bundled CPU build."
                            .formatted(
                                    path,
                                    OrtLibrary.PATH_PROPERTY,
                                    OrtLibrary.PATH_VARIABLE,
                                    OrtLibrary.BUNDLED));
        }
        return new LibraryPlace(path, Origin.GIVEN);
    }

    /** The main library in {@code folder}: the one that is there, else what it would be called. */
    private static Path libraryIn(Path folder, Platform platform) {
        List<Path> named = fileNames(platform).stream().map(folder::resolve).toList();
        return named.stream().filter(Files::isRegularFile).findFirst().orElse(named.getFirst());
    }

    /** The main library of each folder in {@code natives} that has one. */
    private static List<Path> builds(Path natives, Platform platform) {
        if (!Files.isDirectory(natives)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(natives)) {
            return folders.sorted()
                    .flatMap(
                            folder ->
                                    fileNames(platform).stream()
                                            .map(folder::resolve)
                                            .filter(Files::isRegularFile)
                                            .limit(1))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new OrtLibraryException(
                    "expected a folder that can be read at %s, found that it cannot (%s). Mend its permissions, or give -D%s=%s to use the bundled CPU build."
                            .formatted(natives, e, OrtLibrary.PATH_PROPERTY, OrtLibrary.BUNDLED));
        }
    }

    private static LibraryPlace ofClassPath(Platform platform) {
        String resource =
                "/ai/onnxruntime/native/"
                        + inTheJar(platform)
                        + "/"
                        + fileNames(platform).getFirst();
        URL found = OrtLibrary.class.getResource(resource);
        if (found == null) {
            throw new OrtLibraryException(
                    "expected ONNX Runtime for this platform in the class path (%s), found none. Name a library with -D%s=PATH."
                            .formatted(resource, OrtLibrary.PATH_PROPERTY));
        }
        try {
            return new LibraryPlace(
                    UnpackedLibrary.of(found, "onnxruntime-" + platform), Origin.CLASS_PATH);
        } catch (IOException e) {
            throw new OrtLibraryException(
                    "expected to unpack ONNX Runtime into %s, found that it cannot be written (%s). Name another folder with XDG_CACHE_HOME, or a library with -D%s=PATH."
                            .formatted(UnpackedLibrary.cacheFolder(), e, OrtLibrary.PATH_PROPERTY));
        }
    }

    private static String inTheJar(Platform platform) {
        String system =
                switch (platform.system()) {
                    case Platform.MACOS -> "osx";
                    case Platform.WINDOWS -> "win";
                    default -> platform.system();
                };
        boolean arm = platform.processor().equals(Platform.ARM64);
        return system + "-" + (arm ? "aarch64" : platform.processor());
    }

    /** Names of the main library, that of the class path first. */
    private static List<String> fileNames(Platform platform) {
        return switch (platform.system()) {
            case Platform.MACOS -> List.of("libonnxruntime.dylib");
            case Platform.WINDOWS -> List.of("onnxruntime.dll");
            default -> List.of("libonnxruntime.so", "libonnxruntime.so.1");
        };
    }
}
