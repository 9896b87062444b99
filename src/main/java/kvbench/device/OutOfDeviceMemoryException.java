package kvbench.device;

/** A device had not as much memory as was asked for. */
public final class OutOfDeviceMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the runtime or the driver said. */
    public OutOfDeviceMemoryException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }
}
