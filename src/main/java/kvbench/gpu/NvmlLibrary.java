package kvbench.gpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The loaded library and its calls by name: each gives an {@code nvmlReturn_t} and takes pointers
 * and {@code unsigned int}s. Thread-safe, as NVML is.
 */
final class NvmlLibrary {
    /** Values of {@code nvmlReturn_t}. */
    static final int SUCCESS = 0;

    static final int INSUFFICIENT_SIZE = 7;

    private static final int FUNCTION_NOT_FOUND = 13;

    private static final String ERROR_STRING = "nvmlErrorString";
    private static final long LONGEST_ERROR = 256;

    private final SymbolLookup symbols;
    private final Map<String, Optional<MethodHandle>> functions = new ConcurrentHashMap<>();

    private NvmlLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /**
     * Loads the driver's library.
     *
     * @param given path of a library file, or blank for the system's own
     */
    @SuppressWarnings("restricted")
    static Reading<NvmlLibrary> load(String given) {
        try {
            if (given.isBlank()) {
                return Reading.of(
                        new NvmlLibrary(SymbolLookup.libraryLookup(systemName(), Arena.global())));
            }
            Path path = Path.of(given).toAbsolutePath();
            if (!Files.isRegularFile(path)) {
                return Reading.absent(
                        "no file at %s, which -D%s names".formatted(path, Nvml.PATH_PROPERTY));
            }
            return Reading.of(new NvmlLibrary(SymbolLookup.libraryLookup(path, Arena.global())));
        } catch (IllegalArgumentException e) {
            return Reading.absent(
                    given.isBlank()
                            ? "%s cannot be loaded: no NVIDIA driver is installed here, or this process does not see it"
                                    .formatted(systemName())
                            : "%s, which -D%s names, cannot be loaded"
                                    .formatted(given, Nvml.PATH_PROPERTY));
        } catch (IllegalCallerException e) {
            return Reading.absent(
                    "this Java may not call native code: start it with"
                            + " --enable-native-access=ALL-UNNAMED");
        }
    }

    private static String systemName() {
        boolean windows =
                System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        return windows ? "nvml.dll" : "libnvidia-ml.so.1";
    }

    /** Whether the library has {@code function}. */
    boolean has(String function) {
        return symbols.find(function).isPresent();
    }

    /** Why {@code function} gave no answer, or empty where it has succeeded. */
    Optional<String> failure(String function, Object... arguments) {
        int status = call(function, arguments);
        return status == SUCCESS ? Optional.empty() : Optional.of(reason(function, status));
    }

    /** {@code function: } and NVML's own words for {@code status}. */
    String reason(String function, int status) {
        return has(function)
                ? "%s: %s".formatted(function, errorText(status))
                : "this driver's NVML has no " + function;
    }

    /**
     * What {@code function} returns; {@link #FUNCTION_NOT_FOUND} where the library lacks it.
     *
     * @param arguments each a {@link MemorySegment} or an {@link Integer}
     */
    int call(String function, Object... arguments) {
        MemoryLayout[] layouts =
                Arrays.stream(arguments)
                        .map(argument -> argument instanceof Integer ? JAVA_INT : ADDRESS)
                        .toArray(MemoryLayout[]::new);
        return function(function, JAVA_INT, layouts)
                .map(handle -> (int) invoke(handle, arguments))
                .orElse(FUNCTION_NOT_FOUND);
    }

    private String errorText(int status) {
        return function(ERROR_STRING, ADDRESS, JAVA_INT)
                .map(handle -> text((MemorySegment) invoke(handle, status)))
                .orElse("error " + status);
    }

    @SuppressWarnings("restricted")
    private static String text(MemorySegment address) {
        return address.reinterpret(LONGEST_ERROR).getString(0);
    }

    /** A function is always called with the same types, so that its name is its key. */
    @SuppressWarnings("restricted")
    private Optional<MethodHandle> function(
            String name, MemoryLayout answer, MemoryLayout... arguments) {
        Optional<MethodHandle> known = functions.get(name);
        if (known != null) {
            return known;
        }
        Optional<MethodHandle> found =
                symbols.find(name)
                        .map(
                                address ->
                                        Linker.nativeLinker()
                                                .downcallHandle(
                                                        address,
                                                        FunctionDescriptor.of(answer, arguments)));
        functions.put(name, found);
        return found;
    }

    private static Object invoke(MethodHandle handle, Object... arguments) {
        try {
            return handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("a native call takes what its descriptor says", e);
        }
    }
}
