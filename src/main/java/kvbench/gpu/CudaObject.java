package kvbench.gpu;

import java.util.function.LongConsumer;

/** One object of CUDA's: its handle or address until it is closed, and how it is given back. */
abstract class CudaObject implements AutoCloseable {
    private static final long NULL = 0;

    private final LongConsumer giveBack;
    private long address;

    CudaObject(long address, LongConsumer giveBack) {
        this.address = address;
        this.giveBack = giveBack;
    }

    /**
     * The pointer that CUDA takes.
     *
     * @throws IllegalStateException once this is closed
     */
    public final long address() {
        if (address == NULL) {
            throw new IllegalStateException(getClass().getSimpleName() + " is closed");
        }
        return address;
    }

    @Override
    public void close() {
        if (address != NULL) {
            long given = address;
            address = NULL;
            giveBack.accept(given);
        }
    }
}
