package kvbench.gpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;

/**
 * The functions of NVML that are called here, and their types: pointers are addresses, {@code
 * unsigned int}s and enums ints. All but one answer with an {@code nvmlReturn_t}.
 *
 * <p>Source: {@code nvml.h}.
 */
enum NvmlFunction {
    INIT("nvmlInit_v2"),
    SHUTDOWN("nvmlShutdown"),
    ERROR_STRING("nvmlErrorString", FunctionDescriptor.of(ADDRESS, JAVA_INT)),
    DRIVER_VERSION("nvmlSystemGetDriverVersion", ADDRESS, JAVA_INT),
    NVML_VERSION("nvmlSystemGetNVMLVersion", ADDRESS, JAVA_INT),
    CUDA_DRIVER_VERSION("nvmlSystemGetCudaDriverVersion", ADDRESS),
    COUNT("nvmlDeviceGetCount_v2", ADDRESS),
    HANDLE_BY_INDEX("nvmlDeviceGetHandleByIndex_v2", JAVA_INT, ADDRESS),
    NAME("nvmlDeviceGetName", ADDRESS, ADDRESS, JAVA_INT),
    UUID("nvmlDeviceGetUUID", ADDRESS, ADDRESS, JAVA_INT),
    MEMORY_INFO("nvmlDeviceGetMemoryInfo", ADDRESS, ADDRESS),
    MEMORY_INFO_V2("nvmlDeviceGetMemoryInfo_v2", ADDRESS, ADDRESS),
    COMPUTE_PROCESSES("nvmlDeviceGetComputeRunningProcesses", ADDRESS, ADDRESS, ADDRESS),
    COMPUTE_PROCESSES_V3("nvmlDeviceGetComputeRunningProcesses_v3", ADDRESS, ADDRESS, ADDRESS),
    CLOCK("nvmlDeviceGetClockInfo", ADDRESS, JAVA_INT, ADDRESS),
    MAX_CLOCK("nvmlDeviceGetMaxClockInfo", ADDRESS, JAVA_INT, ADDRESS),
    CLOCK_EVENT_REASONS("nvmlDeviceGetCurrentClocksEventReasons", ADDRESS, ADDRESS),
    CLOCK_THROTTLE_REASONS("nvmlDeviceGetCurrentClocksThrottleReasons", ADDRESS, ADDRESS),
    UTILIZATION("nvmlDeviceGetUtilizationRates", ADDRESS, ADDRESS),
    POWER("nvmlDeviceGetPowerUsage", ADDRESS, ADDRESS),
    POWER_LIMIT("nvmlDeviceGetPowerManagementLimit", ADDRESS, ADDRESS),
    TOTAL_ENERGY("nvmlDeviceGetTotalEnergyConsumption", ADDRESS, ADDRESS),
    COMPUTE_CAPABILITY("nvmlDeviceGetCudaComputeCapability", ADDRESS, ADDRESS, ADDRESS),
    PERSISTENCE("nvmlDeviceGetPersistenceMode", ADDRESS, ADDRESS),
    MIG_MODE("nvmlDeviceGetMigMode", ADDRESS, ADDRESS, ADDRESS);

    private final String symbol;
    private final FunctionDescriptor descriptor;

    NvmlFunction(String symbol, MemoryLayout... arguments) {
        this(symbol, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    NvmlFunction(String symbol, FunctionDescriptor descriptor) {
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
