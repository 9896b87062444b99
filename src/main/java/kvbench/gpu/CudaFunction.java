package kvbench.gpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;

/**
 * The functions of CUDA's runtime that are called here, and their types: pointers, handles and
 * {@code size_t}s are {@code long}s, so that no call makes a Java object; enums and {@code unsigned
 * int}s are ints. All but two answer with a {@code cudaError_t}.
 *
 * <p>Source: {@code cuda_runtime_api.h}. Where it renames a function for the per-thread default
 * stream, this is the plain one: every stream here is its own.
 */
enum CudaFunction {
    GET_DEVICE_COUNT("cudaGetDeviceCount", JAVA_LONG),
    SET_DEVICE("cudaSetDevice", JAVA_INT),
    GET_ATTRIBUTE("cudaDeviceGetAttribute", JAVA_LONG, JAVA_INT, JAVA_INT),
    RUNTIME_VERSION("cudaRuntimeGetVersion", JAVA_LONG),
    DRIVER_VERSION("cudaDriverGetVersion", JAVA_LONG),
    GET_LAST_ERROR("cudaGetLastError"),
    GET_ERROR_NAME("cudaGetErrorName", FunctionDescriptor.of(JAVA_LONG, JAVA_INT)),
    GET_ERROR_STRING("cudaGetErrorString", FunctionDescriptor.of(JAVA_LONG, JAVA_INT)),
    MALLOC("cudaMalloc", JAVA_LONG, JAVA_LONG),
    FREE("cudaFree", JAVA_LONG),
    MEM_GET_INFO("cudaMemGetInfo", JAVA_LONG, JAVA_LONG),
    HOST_ALLOC("cudaHostAlloc", JAVA_LONG, JAVA_LONG, JAVA_INT),
    FREE_HOST("cudaFreeHost", JAVA_LONG),
    MEMCPY_ASYNC("cudaMemcpyAsync", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG),
    MEMCPY_2D_ASYNC(
            "cudaMemcpy2DAsync",
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_INT,
            JAVA_LONG),
    MEMSET_ASYNC("cudaMemsetAsync", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG),
    STREAM_CREATE("cudaStreamCreateWithFlags", JAVA_LONG, JAVA_INT),
    STREAM_SYNCHRONIZE("cudaStreamSynchronize", JAVA_LONG),
    STREAM_DESTROY("cudaStreamDestroy", JAVA_LONG),
    EVENT_CREATE("cudaEventCreate", JAVA_LONG),
    EVENT_RECORD("cudaEventRecord", JAVA_LONG, JAVA_LONG),
    EVENT_SYNCHRONIZE("cudaEventSynchronize", JAVA_LONG),
    EVENT_ELAPSED_TIME("cudaEventElapsedTime", JAVA_LONG, JAVA_LONG, JAVA_LONG),
    EVENT_DESTROY("cudaEventDestroy", JAVA_LONG);

    private final String symbol;
    private final FunctionDescriptor descriptor;

    CudaFunction(String symbol, MemoryLayout... arguments) {
        this(symbol, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    CudaFunction(String symbol, FunctionDescriptor descriptor) {
        this.symbol = symbol;
        this.descriptor = descriptor;
    }

    /** Its name in the library. */
    String symbol() {
        return symbol;
    }

    FunctionDescriptor descriptor() {
        return descriptor;
    }

    @Override
    public String toString() {
        return symbol;
    }
}
