package kvbench.model;

/**
 * The size of a key/value cache: the only place with that formula.
 *
 * @param layers transformer layers, each with a key and a value tensor
 * @param kvHeads heads of K and V (fewer than the query's heads in grouped-query attention)
 * @param headDim elements of one head
 * @param type type of the cached elements
 */
public record KvGeometry(int layers, int kvHeads, int headDim, ElementType type) {
    private static final int KEY_AND_VALUE = 2;

    /**
     * The same cache with elements of so many bits: 8, or 4, of which two share a byte along the
     * head dim.
     */
    public KvGeometry quantised(int bits) {
        return switch (bits) {
            case 8 -> new KvGeometry(layers, kvHeads, headDim, ElementType.INT8);
            case 4 -> new KvGeometry(layers, kvHeads, headDim / 2, ElementType.UINT8);
            default -> throw new IllegalArgumentException("expected 8 or 4 bits, found " + bits);
        };
    }

    /** Bytes that one token takes in one layer's keys (or values): one row of each head. */
    public long bytesPerTokenPerTensor() {
        return Math.multiplyExact((long) kvHeads, (long) headDim * type.bytes());
    }

    /** Bytes that one token takes over all layers, keys and values together. */
    public long bytesPerToken() {
        return Math.multiplyExact(bytesPerTokenPerTensor(), (long) KEY_AND_VALUE * layers);
    }

    /** Bytes that {@code tokens} tokens take over all layers. */
    public long bytes(long tokens) {
        return Math.multiplyExact(bytesPerToken(), tokens);
    }

    /**
     * Shape of one layer's keys (or values) with {@code slots} places: [batch, kvHeads, slots,
     * headDim].
     */
    public long[] shape(int batch, long slots) {
        return new long[] {batch, kvHeads, slots, headDim};
    }

    /** {@code layers x kvHeads x headDim type}, for messages. */
    @Override
    public String toString() {
        return "%d layers x 2 (K, V) x %d KV heads x %d head dim x %d bytes"
                .formatted(layers, kvHeads, headDim, type.bytes());
    }
}
