package kvbench.gpu;

/** Where a copy comes from and goes to, as {@code cudaMemcpyKind} numbers it. */
enum CopyKind {
    HOST_TO_DEVICE(1),
    DEVICE_TO_HOST(2),
    DEVICE_TO_DEVICE(3);

    private final int value;

    CopyKind(int value) {
        this.value = value;
    }

    int value() {
        return value;
    }
}
