package kvbench.gpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * CUDA's runtime, loaded, and its calls: each gives what the function writes, or throws a {@link
 * CudaException}. Thread-safe, as CUDA is.
 *
 * <p>No call that succeeds allocates on the Java heap.
 */
final class CudaRuntime {
    private static final int SUCCESS = 0;

    /** Flags of {@code cudaStreamCreateWithFlags} and {@code cudaHostAlloc}. */
    static final int STREAM_NON_BLOCKING = 1;

    static final int HOST_ALLOC_DEFAULT = 0;

    private static final List<String> NAMES = List.of("libcudart.so.13", "libcudart.so.12");
    private static final List<String> NAMES_ON_WINDOWS =
            List.of("cudart64_13.dll", "cudart64_12.dll");

    private static final long LONGEST_ERROR = 1024;

    private final MethodHandle[] functions;

    /** What functions write to, of this object's own lock; it stays as the library does. */
    private final MemorySegment out = Arena.global().allocate(2 * JAVA_LONG.byteSize());

    private CudaRuntime(MethodHandle[] functions) {
        this.functions = functions;
    }

    /**
     * Loads the runtime.
     *
     * @param given path of a library file, or blank for one that the system's loader finds or the
     *     process has loaded already
     */
    static Reading<CudaRuntime> load(String given) {
        return load(given, NativeLibrary.onWindows() ? NAMES_ON_WINDOWS : NAMES);
    }

    /** As {@link #load(String)}, with the names that the system's loader is asked for. */
    static Reading<CudaRuntime> load(String given, List<String> names) {
        return NativeLibrary.load(
                        given,
                        Cuda.PATH_PROPERTY,
                        names,
                        "neither %s can be loaded: no CUDA runtime is installed where the system's loader looks; -D%s=FILE names one"
                                .formatted(String.join(" nor ", names), Cuda.PATH_PROPERTY))
                .then(CudaRuntime::bound);
    }

    @SuppressWarnings("restricted")
    private static Reading<CudaRuntime> bound(SymbolLookup symbols) {
        var functions = new ArrayList<MethodHandle>();
        for (CudaFunction function : CudaFunction.values()) {
            var address = symbols.find(function.symbol());
            if (address.isEmpty()) {
                return Reading.absent(
                        "the library that was loaded as CUDA's runtime has no " + function);
            }
            functions.add(
                    Linker.nativeLinker().downcallHandle(address.get(), function.descriptor()));
        }
        return Reading.of(new CudaRuntime(functions.toArray(MethodHandle[]::new)));
    }

    // ---- The device ----

    synchronized int deviceCount() {
        check(CudaFunction.GET_DEVICE_COUNT, call(CudaFunction.GET_DEVICE_COUNT, out.address()));
        return out.get(JAVA_INT, 0);
    }

    /** Makes {@code device} that of the calling thread. */
    void setDevice(int device) {
        int status;
        try {
            status = (int) functions[CudaFunction.SET_DEVICE.ordinal()].invokeExact(device);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        check(CudaFunction.SET_DEVICE, status);
    }

    /** The value of a {@code cudaDeviceAttr}. */
    synchronized int attribute(int attribute, int device) {
        int status;
        try {
            status =
                    (int)
                            functions[CudaFunction.GET_ATTRIBUTE.ordinal()].invokeExact(
                                    out.address(), attribute, device);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        check(CudaFunction.GET_ATTRIBUTE, status);
        return out.get(JAVA_INT, 0);
    }

    /** 1000 times the major version, and 10 times the minor. */
    synchronized int version(CudaFunction of) {
        check(of, call(of, out.address()));
        return out.get(JAVA_INT, 0);
    }

    // ---- Memory ----

    synchronized long malloc(long bytes) {
        check(CudaFunction.MALLOC, call(CudaFunction.MALLOC, out.address(), bytes));
        return out.get(JAVA_LONG, 0);
    }

    void free(long address) {
        check(CudaFunction.FREE, call(CudaFunction.FREE, address));
    }

    synchronized DeviceSpace space() {
        long total = out.address() + JAVA_LONG.byteSize();
        check(CudaFunction.MEM_GET_INFO, call(CudaFunction.MEM_GET_INFO, out.address(), total));
        return new DeviceSpace(out.get(JAVA_LONG, 0), out.get(JAVA_LONG, JAVA_LONG.byteSize()));
    }

    synchronized long hostAlloc(long bytes) {
        int status;
        try {
            status =
                    (int)
                            functions[CudaFunction.HOST_ALLOC.ordinal()].invokeExact(
                                    out.address(), bytes, HOST_ALLOC_DEFAULT);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        check(CudaFunction.HOST_ALLOC, status);
        return out.get(JAVA_LONG, 0);
    }

    void freeHost(long address) {
        check(CudaFunction.FREE_HOST, call(CudaFunction.FREE_HOST, address));
    }

    void copy(long target, long source, long bytes, CopyKind kind, long stream) {
        int status;
        try {
            status =
                    (int)
                            functions[CudaFunction.MEMCPY_ASYNC.ordinal()].invokeExact(
                                    target, source, bytes, kind.value(), stream);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        check(CudaFunction.MEMCPY_ASYNC, status);
    }

    void copyRows(
            long target,
            long targetPitch,
            long source,
            long sourcePitch,
            long rowBytes,
            long rows,
            CopyKind kind,
            long stream) {
        int status;
        try {
            status =
                    (int)
                            functions[CudaFunction.MEMCPY_2D_ASYNC.ordinal()].invokeExact(
                                    target,
                                    targetPitch,
                                    source,
                                    sourcePitch,
                                    rowBytes,
                                    rows,
                                    kind.value(),
                                    stream);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        check(CudaFunction.MEMCPY_2D_ASYNC, status);
    }

    /** Sets each byte to the lowest eight bits of {@code value}. */
    void fill(long target, int value, long bytes, long stream) {
        int status;
        try {
            status =
                    (int)
                            functions[CudaFunction.MEMSET_ASYNC.ordinal()].invokeExact(
                                    target, value, bytes, stream);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        check(CudaFunction.MEMSET_ASYNC, status);
    }

    // ---- Streams and events ----

    synchronized long createStream() {
        int status;
        try {
            status =
                    (int)
                            functions[CudaFunction.STREAM_CREATE.ordinal()].invokeExact(
                                    out.address(), STREAM_NON_BLOCKING);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        check(CudaFunction.STREAM_CREATE, status);
        return out.get(JAVA_LONG, 0);
    }

    void synchronizeStream(long stream) {
        check(CudaFunction.STREAM_SYNCHRONIZE, call(CudaFunction.STREAM_SYNCHRONIZE, stream));
    }

    void destroyStream(long stream) {
        check(CudaFunction.STREAM_DESTROY, call(CudaFunction.STREAM_DESTROY, stream));
    }

    synchronized long createEvent() {
        check(CudaFunction.EVENT_CREATE, call(CudaFunction.EVENT_CREATE, out.address()));
        return out.get(JAVA_LONG, 0);
    }

    void recordEvent(long event, long stream) {
        check(CudaFunction.EVENT_RECORD, call(CudaFunction.EVENT_RECORD, event, stream));
    }

    void synchronizeEvent(long event) {
        check(CudaFunction.EVENT_SYNCHRONIZE, call(CudaFunction.EVENT_SYNCHRONIZE, event));
    }

    synchronized float elapsedMillis(long start, long end) {
        int status;
        try {
            status =
                    (int)
                            functions[CudaFunction.EVENT_ELAPSED_TIME.ordinal()].invokeExact(
                                    out.address(), start, end);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        check(CudaFunction.EVENT_ELAPSED_TIME, status);
        return out.get(JAVA_FLOAT, 0);
    }

    void destroyEvent(long event) {
        check(CudaFunction.EVENT_DESTROY, call(CudaFunction.EVENT_DESTROY, event));
    }

    // ---- Calls ----

    private int call(CudaFunction function, long a) {
        try {
            return (int) functions[function.ordinal()].invokeExact(a);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private int call(CudaFunction function, long a, long b) {
        try {
            return (int) functions[function.ordinal()].invokeExact(a, b);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private void check(CudaFunction function, int status) {
        if (status != SUCCESS) {
            throw failure(function, status);
        }
    }

    /**
     * The runtime keeps its last error until it is asked for it: the next caller is not to blame.
     */
    private CudaException failure(CudaFunction function, int status) {
        try {
            var failure =
                    new CudaException(
                            function.symbol(),
                            status,
                            text(CudaFunction.GET_ERROR_NAME, status),
                            text(CudaFunction.GET_ERROR_STRING, status));
            int cleared = (int) functions[CudaFunction.GET_LAST_ERROR.ordinal()].invokeExact();
            return failure;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @SuppressWarnings("restricted")
    private String text(CudaFunction function, int status) throws Throwable {
        long address = (long) functions[function.ordinal()].invokeExact(status);
        return MemorySegment.ofAddress(address).reinterpret(LONGEST_ERROR).getString(0);
    }

    private static IllegalStateException unexpected(Throwable e) {
        return new IllegalStateException("a native call takes what its descriptor says", e);
    }
}
