package kvbench.gpu;

/**
 * A queue of work on a device, done in its order and apart from every other stream, the default one
 * too. Closing it waits for nothing: what is in it is still done. Not thread-safe.
 */
public final class CudaStream extends CudaObject {
    private final CudaRuntime runtime;

    CudaStream(CudaRuntime runtime) {
        super(runtime.createStream(), runtime::destroyStream);
        this.runtime = runtime;
    }

    /** Waits until all that was asked of the stream is done. Allocates nothing on the Java heap. */
    public void synchronize() {
        runtime.synchronizeStream(address());
    }
}
