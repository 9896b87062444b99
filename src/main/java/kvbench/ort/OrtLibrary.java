package kvbench.ort;

import kvbench.natives.Platform;
import kvbench.natives.UnpackedLibrary;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The shared library of ONNX Runtime that this process uses: found once, loaded once.
 *
 * <p>Taken from system property {@value #PATH_PROPERTY}, else from environment variable {@value
 * #PATH_VARIABLE}, else from the jar of {@code com.microsoft.onnxruntime:onnxruntime} on the class
 * path, whose library for this platform is unpacked once into the user's cache folder.
 *
 * @param path the file that was loaded
 * @param version ONNX Runtime's version, such as 1.29.0
 * @param apiVersion the version of the C API that is used: the minor number of {@code version}
 */
public record OrtLibrary(Path path, String version, int apiVersion) {
    /** System property that names a library file. */
    public static final String PATH_PROPERTY = "kvbench.onnxruntime";

    /** Environment variable that names a library file. */
    public static final String PATH_VARIABLE = "KVBENCH_ONNXRUNTIME";

    /**
     * The oldest C API that has every function bound here ({@code AllocatorGetStats} came with it).
     */
    private static final int OLDEST_API_VERSION = 23;

    /** Offsets in {@code OrtApiBase}. */
    private static final long GET_API = 0;

    private static final long GET_VERSION_STRING = 8;

    /** More bytes than the table of any version so far has. */
    private static final long API_TABLE_BYTES = 1024 * 8;

    private static final long LONGEST_VERSION = 64;

    /** The library of this process; loads it on the first call. Thread-safe. */
    public static OrtLibrary get() {
        return Holder.loaded().library;
    }

    /** Address of each function by its slot: {@code OrtApi} as an array. */
    static MemorySegment functionTable() {
        return Holder.loaded().table;
    }

    private record Loaded(OrtLibrary library, MemorySegment table) {}

    /** Keeps the library; where there is none, each caller looks anew and is told the same. */
    private static final class Holder {
        private static Loaded loaded;

        static synchronized Loaded loaded() {
            if (loaded == null) {
                Telemetry.disable();
                loaded = load(locate());
            }
            return loaded;
        }
    }

    private static Path locate() {
        String given =
                Optional.ofNullable(System.getProperty(PATH_PROPERTY))
                        .or(() -> Optional.ofNullable(System.getenv(PATH_VARIABLE)))
                        .orElse("");
        if (given.isBlank()) {
            return unpacked();
        }
        Path path = Path.of(given).toAbsolutePath();
        if (!Files.isRegularFile(path)) {
            throw new OrtLibraryException(
                    "expected ONNX Runtime's library at %s, found no file there. Mend -D%s or %s, or leave both out to use the bundled CPU build."
                            .formatted(path, PATH_PROPERTY, PATH_VARIABLE));
        }
        return path;
    }

    @SuppressWarnings("restricted")
    private static Loaded load(Path path) {
        SymbolLookup symbols;
        try {
            symbols = SymbolLookup.libraryLookup(path, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new OrtLibraryException(
                    "expected a loadable ONNX Runtime at %s, found one that the system's loader refuses (%s). On Linux, `ldd %s` names what is missing."
                            .formatted(path, e.getMessage(), path));
        }
        MemorySegment getBase =
                symbols.find("OrtGetApiBase")
                        .orElseThrow(
                                () ->
                                        new OrtLibraryException(
                                                "expected ONNX Runtime at %s, found a library without OrtGetApiBase."
                                                        .formatted(path)));
        try {
            var linker = Linker.nativeLinker();
            var address = FunctionDescriptor.of(ValueLayout.ADDRESS);
            MemorySegment base =
                    ((MemorySegment) linker.downcallHandle(getBase, address).invokeExact())
                            .reinterpret(GET_VERSION_STRING + ValueLayout.ADDRESS.byteSize());
            String version =
                    ((MemorySegment)
                                    linker.downcallHandle(
                                                    base.get(
                                                            ValueLayout.ADDRESS,
                                                            GET_VERSION_STRING),
                                                    address)
                                            .invokeExact())
                            .reinterpret(LONGEST_VERSION)
                            .getString(0);
            int apiVersion = apiVersion(version, path);
            MemorySegment table =
                    (MemorySegment)
                            linker.downcallHandle(
                                            base.get(ValueLayout.ADDRESS, GET_API),
                                            FunctionDescriptor.of(
                                                    ValueLayout.ADDRESS, ValueLayout.JAVA_INT))
                                    .invokeExact(apiVersion);
            if (table.equals(MemorySegment.NULL)) {
                throw new OrtLibraryException(
                        "expected ONNX Runtime %s at %s to have version %d of the C API, found that it has not. Bring another library."
                                .formatted(version, path, apiVersion));
            }
            return new Loaded(
                    new OrtLibrary(path, version, apiVersion), table.reinterpret(API_TABLE_BYTES));
        } catch (OrtLibraryException e) {
            throw e;
        } catch (Throwable e) {
            throw new OrtLibraryException(
                    "ONNX Runtime at %s could not be asked for its API: %s".formatted(path, e));
        }
    }

    /** ONNX Runtime 1.N has the C API of version N and all before it. */
    static int apiVersion(String version, Path path) {
        String[] numbers = version.split("\\.");
        int minor =
                numbers.length > 1 && numbers[1].matches("\\d{1,4}")
                        ? Integer.parseInt(numbers[1])
                        : -1;
        if (!numbers[0].equals("1") || minor < OLDEST_API_VERSION) {
            throw new OrtLibraryException(
                    "expected ONNX Runtime 1.%d or later at %s, found %s. Bring a newer library."
                            .formatted(OLDEST_API_VERSION, path, version));
        }
        return minor;
    }

    private static Path unpacked() {
        Platform platform = Platform.current();
        String resource = "/ai/onnxruntime/native/" + inTheJar(platform) + "/" + fileName(platform);
        URL found = OrtLibrary.class.getResource(resource);
        if (found == null) {
            throw new OrtLibraryException(
                    "expected ONNX Runtime for this platform in the class path (%s), found none. Name a library with -D%s=PATH."
                            .formatted(resource, PATH_PROPERTY));
        }
        try {
            return UnpackedLibrary.of(found, "onnxruntime-" + platform);
        } catch (IOException e) {
            throw new OrtLibraryException(
                    "expected to unpack ONNX Runtime into %s, found that it cannot be written (%s). Name another folder with XDG_CACHE_HOME, or a library with -D%s=PATH."
                            .formatted(UnpackedLibrary.cacheFolder(), e, PATH_PROPERTY));
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

    private static String fileName(Platform platform) {
        return switch (platform.system()) {
            case Platform.MACOS -> "libonnxruntime.dylib";
            case Platform.WINDOWS -> "onnxruntime.dll";
            default -> "libonnxruntime.so";
        };
    }
}
