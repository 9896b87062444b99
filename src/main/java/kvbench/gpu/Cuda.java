package kvbench.gpu;

/**
 * CUDA's runtime on one device: memory of the device, copies, streams and events. Thread-safe.
 *
 * <p>Addresses are the device's, as {@code long}s: they are not to be read from Java. A copy is
 * only asked for when its method returns; it is done once its stream was synchronised, and until
 * then both of its ends are to be left alone. No copy, fill or synchronisation allocates on the
 * Java heap. A call that fails throws a {@link CudaException}.
 *
 * <p>Kernels, graphs and memory pools are left out: ONNX Runtime has its own.
 *
 * <p>Source: {@code cuda_runtime_api.h} of CUDA 12 and 13, of which no function used here differs.
 */
public final class Cuda {
    /** System property that names a library file instead of the one that the system finds. */
    public static final String PATH_PROPERTY = "kvbench.cudart";

    /** Values of {@code cudaDeviceAttr}. */
    static final int COMPUTE_CAPABILITY_MAJOR = 75;

    static final int COMPUTE_CAPABILITY_MINOR = 76;

    private static final int MAJOR = 1000;
    private static final int MINOR = 10;

    private final CudaRuntime runtime;
    private final int device;

    private Cuda(CudaRuntime runtime, int device) {
        this.runtime = runtime;
        this.device = device;
    }

    /**
     * The runtime with its context on a device, or why there is none: no library, no driver, no
     * device. The context takes hundreds of MB of the device for as long as the process lives.
     *
     * @param device CUDA's number of it, from 0
     */
    public static Reading<Cuda> open(int device) {
        return open(device, System.getProperty(PATH_PROPERTY, ""));
    }

    /** As {@link #open(int)}, with the library file {@code given} where that is not blank. */
    static Reading<Cuda> open(int device, String given) {
        return CudaRuntime.load(given).then(runtime -> on(device, runtime));
    }

    private static Reading<Cuda> on(int device, CudaRuntime runtime) {
        try {
            int devices = runtime.deviceCount();
            if (device < 0 || device >= devices) {
                return Reading.absent(
                        "expected the number of one of the %d devices that CUDA sees, counted from 0, found %d"
                                .formatted(devices, device));
            }
            runtime.setDevice(device);
            return Reading.of(new Cuda(runtime, device));
        } catch (CudaException e) {
            return Reading.absent(
                    e.code() == CudaException.INSUFFICIENT_DRIVER
                            ? e.getMessage() + ", or there is no driver"
                            : e.getMessage());
        }
    }

    /** CUDA's number of the device. */
    public int device() {
        return device;
    }

    /** Version of the runtime library, such as 13.0. */
    public String runtimeVersion() {
        return version(CudaFunction.RUNTIME_VERSION);
    }

    /** The newest CUDA that the driver supports, such as 13.0. */
    public String driverVersion() {
        return version(CudaFunction.DRIVER_VERSION);
    }

    private String version(CudaFunction of) {
        int number = runtime.version(of);
        return "%d.%d".formatted(number / MAJOR, number % MAJOR / MINOR);
    }

    /** The generation of the device's processors, such as 9.0 for Hopper. */
    public String computeCapability() {
        return "%d.%d"
                .formatted(
                        runtime.attribute(COMPUTE_CAPABILITY_MAJOR, device),
                        runtime.attribute(COMPUTE_CAPABILITY_MINOR, device));
    }

    // ---- Memory ----

    /**
     * Allocates on the device; the caller's to {@link #free}. What it holds is not defined.
     *
     * @throws CudaException with {@link CudaException#isOutOfMemory} if there is not so much left
     */
    public long allocate(long bytes) {
        expectSome(bytes);
        use();
        return runtime.malloc(bytes);
    }

    /** Frees what {@link #allocate} gave; waits for the device where it must. */
    public void free(long address) {
        runtime.free(address);
    }

    /** The device's memory now, and what of it is free. */
    public DeviceSpace space() {
        use();
        return runtime.space();
    }

    /** Memory of the host for copies that do not wait; the caller's to close. */
    public PinnedMemory pinned(long bytes) {
        expectSome(bytes);
        use();
        return new PinnedMemory(runtime, bytes);
    }

    private static void expectSome(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    "expected to allocate at least 1 byte, found " + bytes);
        }
    }

    // ---- Streams and what they are asked to do ----

    /** A stream that waits for no other; the caller's to close. */
    public CudaStream stream() {
        use();
        return new CudaStream(runtime);
    }

    /** An event, recorded nowhere yet; the caller's to close. */
    public CudaEvent event() {
        use();
        return new CudaEvent(runtime);
    }

    /** From the host's {@code source} to the device's {@code target}. */
    public void copyToDevice(long target, long source, long bytes, CudaStream stream) {
        runtime.copy(target, source, bytes, CopyKind.HOST_TO_DEVICE, stream.address());
    }

    /** From the device's {@code source} to the host's {@code target}. */
    public void copyToHost(long target, long source, long bytes, CudaStream stream) {
        runtime.copy(target, source, bytes, CopyKind.DEVICE_TO_HOST, stream.address());
    }

    /** From the device to the device; the two parts do not overlap. */
    public void copyWithin(long target, long source, long bytes, CudaStream stream) {
        runtime.copy(target, source, bytes, CopyKind.DEVICE_TO_DEVICE, stream.address());
    }

    /**
     * Rows from the device to the device, each {@code rowBytes} long; the parts do not overlap.
     *
     * @param targetPitch bytes from the beginning of a row to that of the next, {@code rowBytes} or
     *     more
     * @param sourcePitch likewise
     */
    public void copyRows(
            long target,
            long targetPitch,
            long source,
            long sourcePitch,
            long rowBytes,
            long rows,
            CudaStream stream) {
        runtime.copyRows(
                target,
                targetPitch,
                source,
                sourcePitch,
                rowBytes,
                rows,
                CopyKind.DEVICE_TO_DEVICE,
                stream.address());
    }

    /** Sets {@code bytes} bytes of the device to {@code value}. */
    public void fill(long target, byte value, long bytes, CudaStream stream) {
        use();
        runtime.fill(target, Byte.toUnsignedInt(value), bytes, stream.address());
    }

    /** CUDA keeps a device for each thread, which is 0 until another is set. */
    private void use() {
        runtime.setDevice(device);
    }
}
