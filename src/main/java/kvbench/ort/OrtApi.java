package kvbench.ort;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The functions of ONNX Runtime's C API that this package calls, by their slot in {@code OrtApi}.
 *
 * <p>Pointers are {@code long}s, so that no call makes a Java object; the caller keeps what they
 * point to alive. A call that answers with a status turns it into an {@link OrtException} and frees
 * it. Source: {@code onnxruntime_c_api.h}, where the order of the slots never changes.
 */
final class OrtApi {
    static final long NULL = 0;

    private static final MemorySegment TABLE = OrtLibrary.functionTable();
    private static final Linker LINKER = Linker.nativeLinker();

    private static final MethodHandle GET_ERROR_CODE = function(1, JAVA_INT, JAVA_LONG);
    private static final MethodHandle GET_ERROR_MESSAGE = function(2, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CREATE_ENV_WITH_CUSTOM_LOGGER =
            status(4, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CREATE_SESSION_FROM_ARRAY =
            status(8, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CREATE_SESSION_OPTIONS = status(10, JAVA_LONG);
    private static final MethodHandle DISABLE_MEM_PATTERN = status(17, JAVA_LONG);
    private static final MethodHandle SET_SESSION_LOG_SEVERITY_LEVEL =
            status(22, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SET_GRAPH_OPTIMIZATION_LEVEL =
            status(23, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SET_INTRA_OP_NUM_THREADS = status(24, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SESSION_GET_INPUT_COUNT = status(30, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SESSION_GET_OUTPUT_COUNT = status(31, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SESSION_GET_INPUT_TYPE_INFO =
            status(33, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SESSION_GET_OUTPUT_TYPE_INFO =
            status(34, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SESSION_GET_INPUT_NAME =
            status(36, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SESSION_GET_OUTPUT_NAME =
            status(37, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CREATE_TENSOR_WITH_DATA =
            status(49, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final MethodHandle CAST_TYPE_INFO_TO_TENSOR_INFO =
            status(55, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CREATE_RUN_OPTIONS = status(39, JAVA_LONG);
    private static final MethodHandle GET_TENSOR_ELEMENT_TYPE = status(60, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle GET_DIMENSIONS_COUNT = status(61, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle GET_DIMENSIONS = status(62, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CREATE_MEMORY_INFO =
            status(68, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle ALLOCATOR_ALLOC = status(75, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle ALLOCATOR_FREE = status(76, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle GET_DEFAULT_ALLOCATOR = status(78, JAVA_LONG);
    private static final MethodHandle RELEASE_ENV = release(92);
    private static final MethodHandle RELEASE_STATUS = release(93);
    private static final MethodHandle RELEASE_MEMORY_INFO = release(94);
    private static final MethodHandle RELEASE_SESSION = release(95);
    private static final MethodHandle RELEASE_VALUE = release(96);
    private static final MethodHandle RELEASE_RUN_OPTIONS = release(97);
    private static final MethodHandle RELEASE_TYPE_INFO = release(98);
    private static final MethodHandle RELEASE_SESSION_OPTIONS = release(100);
    private static final MethodHandle GET_AVAILABLE_PROVIDERS = status(125, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RELEASE_AVAILABLE_PROVIDERS =
            status(126, JAVA_LONG, JAVA_INT);
    private static final MethodHandle ADD_SESSION_CONFIG_ENTRY =
            status(130, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CREATE_ALLOCATOR =
            status(131, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RELEASE_ALLOCATOR = release(132);
    private static final MethodHandle RUN_WITH_BINDING =
            status(133, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CREATE_IO_BINDING = status(134, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RELEASE_IO_BINDING = release(135);
    private static final MethodHandle BIND_INPUT = status(136, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle BIND_OUTPUT = status(137, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle ADD_RUN_CONFIG_ENTRY =
            status(165, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle APPEND_CUDA = status(204, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CREATE_CUDA_OPTIONS = status(205, JAVA_LONG);
    private static final MethodHandle UPDATE_CUDA_OPTIONS =
            status(206, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RELEASE_CUDA_OPTIONS = release(208);
    private static final MethodHandle UPDATE_ENV_LOG_LEVEL = status(226, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GET_BUILD_INFO = function(254, JAVA_LONG);
    private static final MethodHandle GET_KEY_VALUE_PAIRS =
            functionWithoutResult(298, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RELEASE_KEY_VALUE_PAIRS = release(300);
    private static final MethodHandle ALLOCATOR_GET_STATS = status(319, JAVA_LONG, JAVA_LONG);

    private OrtApi() {}

    // ---- Environment and session ----

    static void createEnvWithCustomLogger(
            long loggingFunction, int logLevel, long logId, long out) {
        long status;
        try {
            status =
                    (long)
                            CREATE_ENV_WITH_CUSTOM_LOGGER.invokeExact(
                                    loggingFunction, NULL, logLevel, logId, out);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        check("CreateEnvWithCustomLogger", status);
    }

    static void updateEnvLogLevel(long env, int level) {
        check("UpdateEnvWithCustomLogLevel", callInt(UPDATE_ENV_LOG_LEVEL, env, level));
    }

    static void releaseEnv(long env) {
        release(RELEASE_ENV, env);
    }

    static void createSessionFromArray(long env, long model, long length, long options, long out) {
        check(
                "CreateSessionFromArray",
                call(CREATE_SESSION_FROM_ARRAY, env, model, length, options, out));
    }

    static void releaseSession(long session) {
        release(RELEASE_SESSION, session);
    }

    static void createSessionOptions(long out) {
        check("CreateSessionOptions", call(CREATE_SESSION_OPTIONS, out));
    }

    static void disableMemPattern(long options) {
        check("DisableMemPattern", call(DISABLE_MEM_PATTERN, options));
    }

    static void setSessionLogSeverityLevel(long options, int level) {
        check(
                "SetSessionLogSeverityLevel",
                callInt(SET_SESSION_LOG_SEVERITY_LEVEL, options, level));
    }

    static void setGraphOptimizationLevel(long options, int level) {
        check(
                "SetSessionGraphOptimizationLevel",
                callInt(SET_GRAPH_OPTIMIZATION_LEVEL, options, level));
    }

    static void setIntraOpNumThreads(long options, int threads) {
        check("SetIntraOpNumThreads", callInt(SET_INTRA_OP_NUM_THREADS, options, threads));
    }

    static void addSessionConfigEntry(long options, long key, long value) {
        check("AddSessionConfigEntry", call(ADD_SESSION_CONFIG_ENTRY, options, key, value));
    }

    static void releaseSessionOptions(long options) {
        release(RELEASE_SESSION_OPTIONS, options);
    }

    static void sessionGetCount(boolean inputs, long session, long out) {
        check(
                inputs ? "SessionGetInputCount" : "SessionGetOutputCount",
                call(inputs ? SESSION_GET_INPUT_COUNT : SESSION_GET_OUTPUT_COUNT, session, out));
    }

    static void sessionGetName(boolean inputs, long session, long index, long allocator, long out) {
        check(
                inputs ? "SessionGetInputName" : "SessionGetOutputName",
                call(
                        inputs ? SESSION_GET_INPUT_NAME : SESSION_GET_OUTPUT_NAME,
                        session,
                        index,
                        allocator,
                        out));
    }

    static void sessionGetTypeInfo(boolean inputs, long session, long index, long out) {
        check(
                inputs ? "SessionGetInputTypeInfo" : "SessionGetOutputTypeInfo",
                call(
                        inputs ? SESSION_GET_INPUT_TYPE_INFO : SESSION_GET_OUTPUT_TYPE_INFO,
                        session,
                        index,
                        out));
    }

    static void castTypeInfoToTensorInfo(long typeInfo, long out) {
        check("CastTypeInfoToTensorInfo", call(CAST_TYPE_INFO_TO_TENSOR_INFO, typeInfo, out));
    }

    static void getTensorElementType(long tensorInfo, long out) {
        check("GetTensorElementType", call(GET_TENSOR_ELEMENT_TYPE, tensorInfo, out));
    }

    static void getDimensionsCount(long tensorInfo, long out) {
        check("GetDimensionsCount", call(GET_DIMENSIONS_COUNT, tensorInfo, out));
    }

    static void getDimensions(long tensorInfo, long out, long count) {
        check("GetDimensions", call(GET_DIMENSIONS, tensorInfo, out, count));
    }

    static void releaseTypeInfo(long typeInfo) {
        release(RELEASE_TYPE_INFO, typeInfo);
    }

    // ---- Providers and build ----

    static void getAvailableProviders(long outNames, long outCount) {
        check("GetAvailableProviders", call(GET_AVAILABLE_PROVIDERS, outNames, outCount));
    }

    static void releaseAvailableProviders(long names, int count) {
        check("ReleaseAvailableProviders", callInt(RELEASE_AVAILABLE_PROVIDERS, names, count));
    }

    static void createCudaOptions(long out) {
        check("CreateCUDAProviderOptions", call(CREATE_CUDA_OPTIONS, out));
    }

    static void updateCudaOptions(long options, long keys, long values, long count) {
        check("UpdateCUDAProviderOptions", call(UPDATE_CUDA_OPTIONS, options, keys, values, count));
    }

    static void appendCuda(long sessionOptions, long cudaOptions) {
        check(
                "SessionOptionsAppendExecutionProvider_CUDA_V2",
                call(APPEND_CUDA, sessionOptions, cudaOptions));
    }

    static void releaseCudaOptions(long options) {
        release(RELEASE_CUDA_OPTIONS, options);
    }

    static String buildInfo() {
        try {
            return text((long) GET_BUILD_INFO.invokeExact());
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    // ---- Memory ----

    static void createMemoryInfo(
            long name, int allocatorType, int device, int memoryType, long out) {
        long status;
        try {
            status =
                    (long)
                            CREATE_MEMORY_INFO.invokeExact(
                                    name, allocatorType, device, memoryType, out);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        check("CreateMemoryInfo", status);
    }

    static void releaseMemoryInfo(long info) {
        release(RELEASE_MEMORY_INFO, info);
    }

    static void getDefaultAllocator(long out) {
        check("GetAllocatorWithDefaultOptions", call(GET_DEFAULT_ALLOCATOR, out));
    }

    static void createAllocator(long session, long memoryInfo, long out) {
        check("CreateAllocator", call(CREATE_ALLOCATOR, session, memoryInfo, out));
    }

    static void allocatorAlloc(long allocator, long bytes, long out) {
        check("AllocatorAlloc", call(ALLOCATOR_ALLOC, allocator, bytes, out));
    }

    static void allocatorFree(long allocator, long address) {
        check("AllocatorFree", call(ALLOCATOR_FREE, allocator, address));
    }

    static void allocatorGetStats(long allocator, long out) {
        check("AllocatorGetStats", call(ALLOCATOR_GET_STATS, allocator, out));
    }

    static void getKeyValuePairs(long pairs, long outKeys, long outValues, long outCount) {
        try {
            GET_KEY_VALUE_PAIRS.invokeExact(pairs, outKeys, outValues, outCount);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void releaseKeyValuePairs(long pairs) {
        release(RELEASE_KEY_VALUE_PAIRS, pairs);
    }

    static void releaseAllocator(long allocator) {
        release(RELEASE_ALLOCATOR, allocator);
    }

    // ---- Tensors, bindings, runs ----

    static void createTensorWithData(
            long memoryInfo,
            long data,
            long bytes,
            long shape,
            long rank,
            int elementType,
            long out) {
        long status;
        try {
            status =
                    (long)
                            CREATE_TENSOR_WITH_DATA.invokeExact(
                                    memoryInfo, data, bytes, shape, rank, elementType, out);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        check("CreateTensorWithDataAsOrtValue", status);
    }

    static void releaseValue(long value) {
        release(RELEASE_VALUE, value);
    }

    static void createIoBinding(long session, long out) {
        check("CreateIoBinding", call(CREATE_IO_BINDING, session, out));
    }

    static void bindInput(long binding, long name, long value) {
        check("BindInput", call(BIND_INPUT, binding, name, value));
    }

    static void bindOutput(long binding, long name, long value) {
        check("BindOutput", call(BIND_OUTPUT, binding, name, value));
    }

    static void releaseIoBinding(long binding) {
        release(RELEASE_IO_BINDING, binding);
    }

    static void createRunOptions(long out) {
        check("CreateRunOptions", call(CREATE_RUN_OPTIONS, out));
    }

    static void addRunConfigEntry(long options, long key, long value) {
        check("AddRunConfigEntry", call(ADD_RUN_CONFIG_ENTRY, options, key, value));
    }

    static void releaseRunOptions(long options) {
        release(RELEASE_RUN_OPTIONS, options);
    }

    static void runWithBinding(long session, long runOptions, long binding) {
        check("RunWithBinding", call(RUN_WITH_BINDING, session, runOptions, binding));
    }

    // ---- Text ----

    /** The C string at {@code address}, UTF-8 and of any length. */
    @SuppressWarnings("restricted")
    static String text(long address) {
        return MemorySegment.ofAddress(address).reinterpret(Long.MAX_VALUE).getString(0);
    }

    // ---- Calling ----

    private static MethodHandle status(int slot, MemoryLayout... arguments) {
        return function(slot, JAVA_LONG, arguments);
    }

    private static MethodHandle release(int slot) {
        return functionWithoutResult(slot, JAVA_LONG);
    }

    private static MethodHandle function(int slot, MemoryLayout result, MemoryLayout... arguments) {
        return handle(slot, FunctionDescriptor.of(result, arguments));
    }

    private static MethodHandle functionWithoutResult(int slot, MemoryLayout... arguments) {
        return handle(slot, FunctionDescriptor.ofVoid(arguments));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(int slot, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(TABLE.getAtIndex(ValueLayout.ADDRESS, slot), descriptor);
    }

    private static long call(MethodHandle function, long a) {
        try {
            return (long) function.invokeExact(a);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static long call(MethodHandle function, long a, long b) {
        try {
            return (long) function.invokeExact(a, b);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static long call(MethodHandle function, long a, long b, long c) {
        try {
            return (long) function.invokeExact(a, b, c);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static long call(MethodHandle function, long a, long b, long c, long d) {
        try {
            return (long) function.invokeExact(a, b, c, d);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static long call(MethodHandle function, long a, long b, long c, long d, long e) {
        try {
            return (long) function.invokeExact(a, b, c, d, e);
        } catch (Throwable error) {
            throw unexpected(error);
        }
    }

    private static long callInt(MethodHandle function, long a, int b) {
        try {
            return (long) function.invokeExact(a, b);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static void release(MethodHandle function, long object) {
        try {
            function.invokeExact(object);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static void check(String function, long status) {
        if (status != NULL) {
            throw failure(function, status);
        }
    }

    private static OrtException failure(String function, long status) {
        try {
            int code = (int) GET_ERROR_CODE.invokeExact(status);
            String text = text((long) GET_ERROR_MESSAGE.invokeExact(status));
            return new OrtException(function, code, text);
        } catch (Throwable e) {
            throw unexpected(e);
        } finally {
            release(RELEASE_STATUS, status);
        }
    }

    /**
     * A downcall of these signatures throws nothing of its own: what comes here is an error of the
     * virtual machine.
     */
    private static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(e);
    }
}
