package kvbench.ort;

import kvbench.natives.ElfNeeded;
import kvbench.natives.NativesFolder;
import kvbench.natives.Platform;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The shared library of ONNX Runtime that this process uses: found once, loaded once.
 *
 * <p>Taken from system property {@value #PATH_PROPERTY}, else from environment variable {@value
 * #PATH_VARIABLE}, else from a build in the folder {@value NativesFolder#NAME} beside the suite's
 * jar, else from the jar of {@code com.microsoft.onnxruntime:onnxruntime} on the class path, whose
 * library for this platform is unpacked once into the user's cache folder.
 *
 * @param path the file that was loaded
 * @param version ONNX Runtime's version, such as 1.29.0
 * @param apiVersion the version of the C API that is used: the minor number of {@code version}
 */
public record OrtLibrary(Path path, String version, int apiVersion) {
    /** System property that names a library file, or {@value #BUNDLED}. */
    public static final String PATH_PROPERTY = "kvbench.onnxruntime";

    /** Environment variable that names a library file, or {@value #BUNDLED}. */
    public static final String PATH_VARIABLE = "KVBENCH_ONNXRUNTIME";

    /** Value of either that stands for the CPU build of the class path. */
    public static final String BUNDLED = "bundled";

    /** File of the provider for CUDA, which the runtime opens from its own folder. */
    private static final String CUDA_PROVIDER = "libonnxruntime_providers_cuda.so";

    private static final String CUDA_RUNTIME = "libcudart.so.";

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

    /**
     * What the library was built for: {@code CPU}, or {@code CUDA 12}, by the CUDA runtime that its
     * provider for CUDA links. Where the provider does not tell, {@code unknown:} and why.
     */
    public String builtFor() {
        Path provider = path.resolveSibling(CUDA_PROVIDER);
        if (!Files.isRegularFile(provider)) {
            return "CPU";
        }
        try {
            return ElfNeeded.of(provider).needed().stream()
                    .filter(name -> name.startsWith(CUDA_RUNTIME))
                    .map(name -> "CUDA " + name.substring(CUDA_RUNTIME.length()))
                    .findFirst()
                    .orElse("unknown: %s links no %sN".formatted(provider, CUDA_RUNTIME));
        } catch (IOException e) {
            return "unknown: " + e.getMessage();
        }
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

    private static LibraryPlace locate() {
        return LibraryPlace.find(
                given(), NativesFolder.beside(OrtLibrary.class), Platform.current());
    }

    /** What names the library, by property or by environment variable. */
    private static Optional<String> given() {
        return Stream.of(System.getProperty(PATH_PROPERTY), System.getenv(PATH_VARIABLE))
                .filter(value -> value != null && !value.isBlank())
                .findFirst();
    }

    private static Loaded load(LibraryPlace place) {
        try {
            if (place.origin() == LibraryPlace.Origin.BESIDE_THE_JAR) {
                requireWhole(place.path(), Platform.current());
            }
            return load(place.path());
        } catch (OrtLibraryException e) {
            throw place.origin().explain(e);
        }
    }

    /**
     * Refuses a library that was not unpacked or copied to its end: the loader of Linux takes it,
     * and the process dies where it touches what is missing.
     */
    static void requireWhole(Path path, Platform platform) {
        if (!platform.system().equals(Platform.LINUX)) {
            return;
        }
        try {
            ElfNeeded.of(path);
        } catch (IOException e) {
            throw new OrtLibraryException(
                    "the build of ONNX Runtime beside the jar is broken: %s Build or copy it again."
                            .formatted(e.getMessage()));
        }
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
}
