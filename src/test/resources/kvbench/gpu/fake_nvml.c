/*
 * An NVML of two GPUs for the tests: structs, numbers and return codes as nvml.h has them, laid out
 * by the C compiler. OLD leaves out what drivers before 510 lack; NO_DRIVER fails to begin;
 * SHY answers nothing about a device but its name. The memory in use and the energy change only
 * where a test sets them.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SUCCESS = 0,
    UNINITIALIZED = 1,
    INVALID_ARGUMENT = 2,
    NOT_SUPPORTED = 3,
    INSUFFICIENT_SIZE = 7,
    DRIVER_NOT_LOADED = 9,
    VERSION_MISMATCH = 25
};

struct device {
    const char *name;
    const char *uuid;
    unsigned int sm, memory_clock;
    unsigned long long reasons;
};

static struct device devices[] = {
    {"Fake GPU", "GPU-11111111-2222-3333-4444-555555555555", 1410, 1215, 0x1},
    {"Fake GPU Hot", "GPU-66666666-7777-8888-9999-000000000000", 600, 5001, 0x8 | 0x40 | 0x1000},
};

typedef struct device *device_t;

static int begun = 0;

int nvmlInit_v2(void) {
#ifdef NO_DRIVER
    return DRIVER_NOT_LOADED;
#else
    begun++;
    return SUCCESS;
#endif
}

int nvmlShutdown(void) {
    if (begun == 0) return UNINITIALIZED;
    begun--;
    return SUCCESS;
}

const char *nvmlErrorString(int result) {
    switch (result) {
        case UNINITIALIZED: return "Uninitialized";
        case INVALID_ARGUMENT: return "Invalid Argument";
        case NOT_SUPPORTED: return "Not Supported";
        case INSUFFICIENT_SIZE: return "Insufficient Size";
        case DRIVER_NOT_LOADED: return "Driver Not Loaded";
        case VERSION_MISMATCH: return "Argument version mismatch";
        default: return "Unknown Error";
    }
}

static int text(const char *value, char *buffer, unsigned int length) {
    if (!begun) return UNINITIALIZED;
    if (strlen(value) + 1 > length) return INSUFFICIENT_SIZE;
    strcpy(buffer, value);
    return SUCCESS;
}

int nvmlSystemGetDriverVersion(char *version, unsigned int length) {
    return text("570.124.06", version, length);
}

int nvmlSystemGetNVMLVersion(char *version, unsigned int length) {
    return text("12.570.124.06", version, length);
}

int nvmlSystemGetCudaDriverVersion(int *version) {
    *version = 12080;
    return begun ? SUCCESS : UNINITIALIZED;
}

int nvmlDeviceGetCount_v2(unsigned int *count) {
    *count = 2;
    return begun ? SUCCESS : UNINITIALIZED;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned int index, device_t *device) {
    if (index > 1) return INVALID_ARGUMENT;
    *device = &devices[index];
    return begun ? SUCCESS : UNINITIALIZED;
}

int nvmlDeviceGetName(device_t device, char *name, unsigned int length) {
    return text(device->name, name, length);
}

#ifdef SHY
#define TELL return NOT_SUPPORTED
#else
#define TELL if (!begun) return UNINITIALIZED; if (device < devices || device > devices + 1) return INVALID_ARGUMENT
#endif

int nvmlDeviceGetUUID(device_t device, char *uuid, unsigned int length) {
    TELL;
    return text(device->uuid, uuid, length);
}

static unsigned long long used = 300000;
static unsigned long long millijoules = 5000000123ULL;

void fake_use_memory(unsigned long long bytes) { used = bytes; }

void fake_use_energy(unsigned long long more) { millijoules += more; }

typedef struct {
    unsigned long long total, free, used;
} memory_v1;

int nvmlDeviceGetMemoryInfo(device_t device, memory_v1 *memory) {
    TELL;
    memory->total = 1000000;
    memory->free = 600000;
    memory->used = used + 100000;
    return SUCCESS;
}

typedef struct {
    unsigned int version;
    unsigned long long total, reserved, free, used;
} memory_v2;

#ifndef OLD
int nvmlDeviceGetMemoryInfo_v2(device_t device, memory_v2 *memory) {
    TELL;
    if (memory->version != (unsigned int)(sizeof(memory_v2) | (2 << 24U))) return VERSION_MISMATCH;
    memory->total = 1000000;
    memory->reserved = 100000;
    memory->free = 600000;
    memory->used = used;
    return SUCCESS;
}
#endif

typedef struct {
    unsigned int pid;
    unsigned long long used;
} process_v1;

typedef struct {
    unsigned int pid;
    unsigned long long used;
    unsigned int gpu_instance, compute_instance;
} process_v2;

/* The first device has three processes, the second has none. */
#define PROCESSES(TYPE) \
    TELL; \
    if (device != devices) { *count = 0; return SUCCESS; } \
    if (*count < 3) { *count = 3; return INSUFFICIENT_SIZE; } \
    if (infos == NULL) return INVALID_ARGUMENT; \
    memset(infos, 0x77, *count * sizeof(TYPE)); \
    infos[0].pid = 41; infos[0].used = 4100; \
    infos[1].pid = 42; infos[1].used = (unsigned long long) -1; \
    infos[2].pid = 43; infos[2].used = 5000000000ULL; \
    *count = 3; \
    return SUCCESS

#ifndef OLD
int nvmlDeviceGetComputeRunningProcesses_v3(device_t device, unsigned int *count, process_v2 *infos) {
    PROCESSES(process_v2);
}
#endif

int nvmlDeviceGetComputeRunningProcesses(device_t device, unsigned int *count, process_v1 *infos) {
    PROCESSES(process_v1);
}

int nvmlDeviceGetClockInfo(device_t device, unsigned int type, unsigned int *clock) {
    TELL;
    if (type == 1) *clock = device->sm;
    else if (type == 2) *clock = device->memory_clock;
    else return INVALID_ARGUMENT;
    return SUCCESS;
}

int nvmlDeviceGetMaxClockInfo(device_t device, unsigned int type, unsigned int *clock) {
    TELL;
    if (type == 1) *clock = 1980;
    else if (type == 2) *clock = 5001;
    else return INVALID_ARGUMENT;
    return SUCCESS;
}

#ifdef OLD
int nvmlDeviceGetCurrentClocksThrottleReasons(device_t device, unsigned long long *reasons) {
#else
int nvmlDeviceGetCurrentClocksEventReasons(device_t device, unsigned long long *reasons) {
#endif
    TELL;
    *reasons = device->reasons;
    return SUCCESS;
}

int nvmlDeviceGetPowerUsage(device_t device, unsigned int *power) {
    TELL;
    *power = 123456;
    return SUCCESS;
}

#ifndef OLD
int nvmlDeviceGetTotalEnergyConsumption(device_t device, unsigned long long *energy) {
    TELL;
    *energy = millijoules;
    return SUCCESS;
}
#endif

typedef struct {
    unsigned int gpu, memory;
} utilization;

int nvmlDeviceGetUtilizationRates(device_t device, utilization *rates) {
    TELL;
    rates->gpu = 75;
    rates->memory = 50;
    return SUCCESS;
}

int nvmlDeviceGetPowerManagementLimit(device_t device, unsigned int *limit) {
    TELL;
    *limit = 350500;
    return SUCCESS;
}

int nvmlDeviceGetPersistenceMode(device_t device, int *mode) {
    TELL;
    *mode = 1;
    return SUCCESS;
}

#ifndef OLD
int nvmlDeviceGetMigMode(device_t device, unsigned int *current, unsigned int *pending) {
    TELL;
    *current = 0;
    *pending = 1;
    return SUCCESS;
}
#endif

int nvmlDeviceGetCudaComputeCapability(device_t device, int *major, int *minor) {
    TELL;
    *major = 9;
    *minor = device == devices ? 0 : 1;
    return SUCCESS;
}

/* As the compiler lays the structs out: name, size, and the offset of each field. */
#define AT(TYPE, FIELD) offsetof(TYPE, FIELD)

const char *fake_layouts(void) {
    static char text[1024];
    snprintf(text, sizeof text,
            "nvmlMemory_t %zu total@%zu free@%zu used@%zu\n"
            "nvmlMemory_v2_t %zu version@%zu total@%zu reserved@%zu free@%zu used@%zu\n"
            "nvmlProcessInfo_v1_t %zu pid@%zu usedGpuMemory@%zu\n"
            "nvmlProcessInfo_v2_t %zu pid@%zu usedGpuMemory@%zu gpuInstanceId@%zu"
            " computeInstanceId@%zu\n"
            "nvmlUtilization_t %zu gpu@%zu memory@%zu\n",
            sizeof(memory_v1), AT(memory_v1, total), AT(memory_v1, free), AT(memory_v1, used),
            sizeof(memory_v2), AT(memory_v2, version), AT(memory_v2, total),
            AT(memory_v2, reserved), AT(memory_v2, free), AT(memory_v2, used),
            sizeof(process_v1), AT(process_v1, pid), AT(process_v1, used),
            sizeof(process_v2), AT(process_v2, pid), AT(process_v2, used),
            AT(process_v2, gpu_instance), AT(process_v2, compute_instance),
            sizeof(utilization), AT(utilization, gpu), AT(utilization, memory));
    return text;
}
