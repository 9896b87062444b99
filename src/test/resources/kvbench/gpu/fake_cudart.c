/*
 * A CUDA runtime of one device for the tests, whose memory is the host's: types and numbers as
 * cuda_runtime_api.h and driver_types.h have them. It writes down each call with its arguments,
 * knows what is allocated, and fails where it is told to. NO_DRIVER and NO_DEVICE find none; LITTLE
 * lacks a function.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInvalidPitchValue = 12,
    cudaErrorInsufficientDriver = 35,
    cudaErrorNoDevice = 100,
    cudaErrorInvalidDevice = 101,
    cudaErrorInvalidResourceHandle = 400,
    cudaErrorNotReady = 600,
    cudaErrorIllegalAddress = 700
} cudaError_t;

enum cudaMemcpyKind {
    cudaMemcpyHostToHost = 0,
    cudaMemcpyHostToDevice = 1,
    cudaMemcpyDeviceToHost = 2,
    cudaMemcpyDeviceToDevice = 3
};

enum cudaDeviceAttr {
    cudaDevAttrComputeCapabilityMajor = 75,
    cudaDevAttrComputeCapabilityMinor = 76
};

typedef struct CUstream_st *cudaStream_t;
typedef struct CUevent_st *cudaEvent_t;

/* ---- What the tests ask for ---- */

#define CALLS (1 << 20)
#define OBJECTS 64
#define TOTAL (1UL << 30)

static char calls[CALLS];
static size_t written = 0;
static int quiet = 0;
static cudaError_t last_error = cudaSuccess;

static char failing[64] = "";
static int calls_until_failure = 0;
static cudaError_t failure = cudaSuccess;

enum kind { NOTHING, DEVICE, PINNED, STREAM, EVENT };

static struct {
    void *address;
    size_t bytes;
    enum kind kind;
    int recorded;
} objects[OBJECTS];

/* The calls since the last time, one a line. */
const char *fake_calls(void) {
    if (written == 0) calls[0] = '\0';
    written = 0;
    return calls;
}

/* Writes nothing down from now on. */
void fake_be_quiet(void) { quiet = 1; }

/* Has the nth call from now of the function fail, and none after it. */
void fake_fail(const char *function, int nth, int error) {
    strncpy(failing, function, sizeof failing - 1);
    calls_until_failure = nth;
    failure = error;
}

/* How many allocations, streams and events there are. */
int fake_alive(void) {
    int alive = 0;
    for (int i = 0; i < OBJECTS; i++) alive += objects[i].kind != NOTHING;
    return alive;
}

/* The error that would be told to whoever asks next. */
int fake_last_error(void) { return last_error; }

static void write_down(const char *line) {
    if (quiet) return;
    if (written == 0) calls[0] = '\0';
    size_t length = strlen(line);
    if (written + length + 2 > CALLS) return;
    memcpy(calls + written, line, length);
    written += length;
    calls[written++] = '\n';
    calls[written] = '\0';
}

static cudaError_t told(cudaError_t error) {
    if (error != cudaSuccess) last_error = error;
    return error;
}

static cudaError_t begin(const char *function) {
    if (calls_until_failure > 0 && strcmp(function, failing) == 0 && --calls_until_failure == 0) {
        return told(failure);
    }
    return cudaSuccess;
}

#define CALL(...) \
    if (!quiet) { \
        char line[256]; \
        snprintf(line, sizeof line, __VA_ARGS__); \
        write_down(line); \
    } \
    cudaError_t injected = begin(__func__); \
    if (injected != cudaSuccess) return injected

static int index_of(const void *address, enum kind kind) {
    for (int i = 0; i < OBJECTS; i++) {
        if (objects[i].kind == kind && objects[i].address == address) return i;
    }
    return -1;
}

static void *made(void *address, size_t bytes, enum kind kind) {
    for (int i = 0; i < OBJECTS; i++) {
        if (objects[i].kind == NOTHING) {
            objects[i].address = address;
            objects[i].bytes = bytes;
            objects[i].kind = kind;
            objects[i].recorded = 0;
            return address;
        }
    }
    abort();
}

static cudaError_t unmade(void *address, enum kind kind, cudaError_t otherwise) {
    int i = index_of(address, kind);
    if (i < 0) return told(otherwise);
    objects[i].kind = NOTHING;
    free(address);
    return cudaSuccess;
}

/* Whether all those bytes are of one allocation on the device. */
static int on_device(const void *begin, size_t bytes) {
    for (int i = 0; i < OBJECTS; i++) {
        const char *start = objects[i].address;
        if (objects[i].kind == DEVICE && (const char *) begin >= start
                && (const char *) begin + bytes <= start + objects[i].bytes) {
            return 1;
        }
    }
    return 0;
}

static int is_stream(cudaStream_t stream) { return index_of(stream, STREAM) >= 0; }

/* ---- The device ---- */

cudaError_t cudaGetDeviceCount(int *count) {
    CALL("cudaGetDeviceCount");
#ifdef NO_DRIVER
    return told(cudaErrorInsufficientDriver);
#elif defined NO_DEVICE
    return told(cudaErrorNoDevice);
#else
    *count = 1;
    return cudaSuccess;
#endif
}

cudaError_t cudaSetDevice(int device) {
    CALL("cudaSetDevice %d", device);
    return device == 0 ? cudaSuccess : told(cudaErrorInvalidDevice);
}

cudaError_t cudaDeviceGetAttribute(int *value, enum cudaDeviceAttr attribute, int device) {
    CALL("cudaDeviceGetAttribute %d %d", attribute, device);
    switch (attribute) {
        case cudaDevAttrComputeCapabilityMajor: *value = 9; return cudaSuccess;
        case cudaDevAttrComputeCapabilityMinor: *value = 0; return cudaSuccess;
        default: return told(cudaErrorInvalidValue);
    }
}

cudaError_t cudaRuntimeGetVersion(int *version) {
    CALL("cudaRuntimeGetVersion");
    *version = 12060;
    return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int *version) {
    CALL("cudaDriverGetVersion");
    *version = 13000;
    return cudaSuccess;
}

cudaError_t cudaGetLastError(void) {
    cudaError_t error = last_error;
    last_error = cudaSuccess;
    return error;
}

const char *cudaGetErrorName(cudaError_t error) {
    switch (error) {
        case cudaErrorInvalidValue: return "cudaErrorInvalidValue";
        case cudaErrorMemoryAllocation: return "cudaErrorMemoryAllocation";
        case cudaErrorInvalidPitchValue: return "cudaErrorInvalidPitchValue";
        case cudaErrorInsufficientDriver: return "cudaErrorInsufficientDriver";
        case cudaErrorNoDevice: return "cudaErrorNoDevice";
        case cudaErrorInvalidDevice: return "cudaErrorInvalidDevice";
        case cudaErrorInvalidResourceHandle: return "cudaErrorInvalidResourceHandle";
        case cudaErrorNotReady: return "cudaErrorNotReady";
        case cudaErrorIllegalAddress: return "cudaErrorIllegalAddress";
        default: return "unrecognized error code";
    }
}

const char *cudaGetErrorString(cudaError_t error) {
    switch (error) {
        case cudaErrorInvalidValue: return "a value is wrong";
        case cudaErrorMemoryAllocation: return "no memory is left";
        case cudaErrorInvalidPitchValue: return "a pitch is wrong";
        case cudaErrorInsufficientDriver: return "the driver is too old";
        case cudaErrorNoDevice: return "there is no device";
        case cudaErrorInvalidDevice: return "there is no such device";
        case cudaErrorInvalidResourceHandle: return "a handle is wrong";
        case cudaErrorNotReady: return "not done yet";
        case cudaErrorIllegalAddress: return "an address is wrong";
        default: return "unrecognized error code";
    }
}

/* ---- Memory ---- */

static size_t taken(void) {
    size_t bytes = 0;
    for (int i = 0; i < OBJECTS; i++) bytes += objects[i].kind == DEVICE ? objects[i].bytes : 0;
    return bytes;
}

cudaError_t cudaMalloc(void **pointer, size_t bytes) {
    CALL("cudaMalloc %zu", bytes);
    if (bytes > TOTAL - taken()) return told(cudaErrorMemoryAllocation);
    *pointer = made(calloc(1, bytes), bytes, DEVICE);
    return cudaSuccess;
}

cudaError_t cudaFree(void *pointer) {
    CALL("cudaFree %d", index_of(pointer, DEVICE) >= 0);
    return unmade(pointer, DEVICE, cudaErrorInvalidValue);
}

cudaError_t cudaMemGetInfo(size_t *free, size_t *total) {
    CALL("cudaMemGetInfo");
    *free = TOTAL - taken();
    *total = TOTAL;
    return cudaSuccess;
}

cudaError_t cudaHostAlloc(void **pointer, size_t bytes, unsigned int flags) {
    CALL("cudaHostAlloc %zu %u", bytes, flags);
    if (bytes > TOTAL) return told(cudaErrorMemoryAllocation);
    *pointer = made(calloc(1, bytes), bytes, PINNED);
    return cudaSuccess;
}

cudaError_t cudaFreeHost(void *pointer) {
    CALL("cudaFreeHost %d", index_of(pointer, PINNED) >= 0);
    return unmade(pointer, PINNED, cudaErrorInvalidValue);
}

static int ends_are_right(const void *target, size_t written_bytes, const void *source,
                          size_t read_bytes, enum cudaMemcpyKind kind) {
    int to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
    int from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
    return on_device(target, written_bytes) == to_device
            && on_device(source, read_bytes) == from_device;
}

cudaError_t cudaMemcpyAsync(void *target, const void *source, size_t bytes,
                            enum cudaMemcpyKind kind, cudaStream_t stream) {
    CALL("cudaMemcpyAsync %zu %d", bytes, kind);
    if (!is_stream(stream)) return told(cudaErrorInvalidResourceHandle);
    if (!ends_are_right(target, bytes, source, bytes, kind)) return told(cudaErrorInvalidValue);
    memcpy(target, source, bytes);
    return cudaSuccess;
}

cudaError_t cudaMemcpy2DAsync(void *target, size_t target_pitch, const void *source,
                              size_t source_pitch, size_t width, size_t height,
                              enum cudaMemcpyKind kind, cudaStream_t stream) {
    CALL("cudaMemcpy2DAsync %zu %zu %zu %zu %d", target_pitch, source_pitch, width, height, kind);
    if (!is_stream(stream)) return told(cudaErrorInvalidResourceHandle);
    if (width > target_pitch || width > source_pitch) return told(cudaErrorInvalidPitchValue);
    size_t before_last = height == 0 ? 0 : height - 1;
    if (!ends_are_right(target, before_last * target_pitch + width, source,
                        before_last * source_pitch + width, kind)) {
        return told(cudaErrorInvalidValue);
    }
    for (size_t row = 0; row < height; row++) {
        memcpy((char *) target + row * target_pitch, (const char *) source + row * source_pitch,
               width);
    }
    return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void *target, int value, size_t bytes, cudaStream_t stream) {
    CALL("cudaMemsetAsync %d %zu", value, bytes);
    if (!is_stream(stream)) return told(cudaErrorInvalidResourceHandle);
    if (!on_device(target, bytes)) return told(cudaErrorInvalidValue);
    memset(target, value, bytes);
    return cudaSuccess;
}

/* ---- Streams and events ---- */

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned int flags) {
    CALL("cudaStreamCreateWithFlags %u", flags);
    *stream = made(malloc(1), 1, STREAM);
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    CALL("cudaStreamSynchronize %d", is_stream(stream));
    return is_stream(stream) ? cudaSuccess : told(cudaErrorInvalidResourceHandle);
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    CALL("cudaStreamDestroy %d", is_stream(stream));
    return unmade(stream, STREAM, cudaErrorInvalidResourceHandle);
}

cudaError_t cudaEventCreate(cudaEvent_t *event) {
    CALL("cudaEventCreate");
    *event = made(malloc(1), 1, EVENT);
    return cudaSuccess;
}

static int clock_of_events = 0;

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
    CALL("cudaEventRecord %d", is_stream(stream));
    int i = index_of(event, EVENT);
    if (i < 0 || !is_stream(stream)) return told(cudaErrorInvalidResourceHandle);
    objects[i].recorded = ++clock_of_events;
    return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
    CALL("cudaEventSynchronize %d", index_of(event, EVENT) >= 0);
    return index_of(event, EVENT) >= 0 ? cudaSuccess : told(cudaErrorInvalidResourceHandle);
}

/* Between one record and the next is half a millisecond. */
#ifndef LITTLE
cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t start, cudaEvent_t end) {
    CALL("cudaEventElapsedTime");
    int first = index_of(start, EVENT);
    int second = index_of(end, EVENT);
    if (first < 0 || second < 0 || !objects[first].recorded || !objects[second].recorded) {
        return told(cudaErrorInvalidResourceHandle);
    }
    *milliseconds = 0.5f * (objects[second].recorded - objects[first].recorded);
    return cudaSuccess;
}
#endif

cudaError_t cudaEventDestroy(cudaEvent_t event) {
    CALL("cudaEventDestroy %d", index_of(event, EVENT) >= 0);
    return unmade(event, EVENT, cudaErrorInvalidResourceHandle);
}
