package kvbench.gpu;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The loaded library and its calls. Thread-safe, as NVML is. */
final class NvmlLibrary {
    /** Values of {@code nvmlReturn_t}. */
    static final int SUCCESS = 0;

    static final int INSUFFICIENT_SIZE = 7;

    static final int FUNCTION_NOT_FOUND = 13;

    private static final long LONGEST_ERROR = 256;

    private final SymbolLookup symbols;
    private final Map<NvmlFunction, Optional<MethodHandle>> functions = new ConcurrentHashMap<>();

    private NvmlLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /**
     * Loads the driver's library.
     *
     * @param given path of a library file, or blank for the system's own
     */
    static Reading<NvmlLibrary> load(String given) {
        String name = NativeLibrary.onWindows() ? "nvml.dll" : "libnvidia-ml.so.1";
        return NativeLibrary.load(
                        given,
                        Nvml.PATH_PROPERTY,
                        List.of(name),
                        name
                                + " cannot be loaded: no NVIDIA driver is installed here, or this"
                                + " process does not see it")
                .map(NvmlLibrary::new);
    }

    /** Whether the library has {@code function}. */
    boolean has(NvmlFunction function) {
        return symbols.find(function.symbol()).isPresent();
    }

    /** Why {@code function} gave no answer, or empty where it has succeeded. */
    Optional<String> failure(NvmlFunction function, Object... arguments) {
        int status = call(function, arguments);
        return status == SUCCESS ? Optional.empty() : Optional.of(reason(function, status));
    }

    /** {@code function: } and NVML's own words for {@code status}. */
    String reason(NvmlFunction function, int status) {
        return has(function)
                ? "%s: %s".formatted(function, errorText(status))
                : "this driver's NVML has no " + function;
    }

    /**
     * What {@code function} returns; {@link #FUNCTION_NOT_FOUND} where the library lacks it.
     *
     * @param arguments each a {@link MemorySegment} or an {@link Integer}
     */
    int call(NvmlFunction function, Object... arguments) {
        return handle(function)
                .map(handle -> (int) invoke(handle, arguments))
                .orElse(FUNCTION_NOT_FOUND);
    }

    private String errorText(int status) {
        return handle(NvmlFunction.ERROR_STRING)
                .map(handle -> text((MemorySegment) invoke(handle, status)))
                .orElse("error " + status);
    }

    @SuppressWarnings("restricted")
    private static String text(MemorySegment address) {
        return address.reinterpret(LONGEST_ERROR).getString(0);
    }

    private Optional<MethodHandle> handle(NvmlFunction function) {
        return functions.computeIfAbsent(function, this::found);
    }

    @SuppressWarnings("restricted")
    private Optional<MethodHandle> found(NvmlFunction function) {
        return symbols.find(function.symbol())
                .map(
                        address ->
                                Linker.nativeLinker()
                                        .downcallHandle(address, function.descriptor()));
    }

    private static Object invoke(MethodHandle handle, Object... arguments) {
        try {
            return handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("a native call takes what its descriptor says", e);
        }
    }
}
