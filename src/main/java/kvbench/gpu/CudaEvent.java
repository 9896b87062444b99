package kvbench.gpu;

/** A mark in a stream's work, and the device's time when the stream came to it. Not thread-safe. */
public final class CudaEvent extends CudaObject {
    private final CudaRuntime runtime;

    CudaEvent(CudaRuntime runtime) {
        super(runtime.createEvent(), runtime::destroyEvent);
        this.runtime = runtime;
    }

    /**
     * Puts the mark at the end of what the stream has to do; where it was before counts no more.
     */
    public void record(CudaStream stream) {
        runtime.recordEvent(address(), stream.address());
    }

    /** Waits until the stream has come to the mark. */
    public void synchronize() {
        runtime.synchronizeEvent(address());
    }

    /**
     * Milliseconds on the device from {@code earlier} to this, to half a microsecond or so.
     *
     * @throws CudaException if either was not recorded, or is not reached yet
     */
    public double millisecondsSince(CudaEvent earlier) {
        return runtime.elapsedMillis(earlier.address(), address());
    }
}
