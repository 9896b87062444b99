package kvbench.engine;

import kvbench.model.ElementType;
import kvbench.model.LlamaConfig;

/**
 * What a model takes of the host's memory beside its caches, and of a device's, told without
 * loading it.
 *
 * @param config its shape
 * @param stored type of the weights in their file
 * @param computed type of the graph's numbers
 */
public record ModelMemory(LlamaConfig config, ElementType stored, ElementType computed) {
    /** Token ids, attention mask and positions of a decoder, as long as the context. */
    private static final long INPUT_BYTES_PER_TOKEN = 3L * ElementType.INT64.bytes();

    /** Cosine and sine of half the head dim each. */
    private static final long ROTATIONS_PER_DIM = 1;

    /** Of the weights' files, read through a mapping: the system may drop and read again. */
    public long mappedBytes() {
        return Math.multiplyExact(config.parameters(), (long) stored.bytes());
    }

    /** Of the weights in the type that is computed in. */
    public long weightBytes() {
        return Math.multiplyExact(config.parameters(), (long) computed.bytes());
    }

    /** Of one session on a device: its weights and the rotation's tables. */
    public long deviceBytes() {
        return Math.addExact(weightBytes(), rotationBytes());
    }

    private long rotationBytes() {
        return config.contextLength() * ROTATIONS_PER_DIM * config.headDim() * computed.bytes();
    }

    /**
     * Of one session and its decoder, which no file backs: the weights where they are cast to the
     * type that is computed in, the rotation's tables, and the buffers for text and scores.
     *
     * <p>A cast is folded while the session loads: the graph then holds the weights that were cast,
     * and those in the file are read once. Where a device computes, the copy is made on the host
     * all the same, before it goes there.
     */
    public long privateBytes() {
        long bytes = computed.bytes();
        long cast = stored == computed ? 0 : weightBytes();
        long decoder = config.contextLength() * INPUT_BYTES_PER_TOKEN + config.vocabSize() * bytes;
        return Math.addExact(cast, rotationBytes() + decoder);
    }

    /**
     * An estimate of the activations of one pass over {@code tokens} tokens, from the operator that
     * has most alive at once.
     *
     * <p>In the MLP these are, for each token, in the type that is computed in:
     *
     * <ul>
     *   <li>three rows of the hidden size: the residual stream, its normalisation, and the branch
     *       that was added last;
     *   <li>three of the intermediate size: gate, its sigmoid, and up.
     * </ul>
     *
     * <p>The attention before it has the first three rows too, and two of the width of its queries
     * with their keys and values: as projected and as rotated. Its scores are made tile by tile, so
     * that nothing grows with the square. The arena keeps the buffers of the one for the other but
     * they rarely fit, so that both are counted; it also hands out chunks of up to twice the size.
     * What it really has in use at its peak is from 0.8 to 1.6 times this, for passes of 16 to
     * 2,048 tokens. A decode step takes little beside its weights.
     */
    public long activationBytes(long tokens) {
        long stream = 3L * config.hiddenSize();
        long mlp = 3L * config.intermediateSize();
        long attention = 2L * (config.queryWidth() + 2L * config.kvWidth());
        return Math.multiplyExact(tokens, (stream + mlp + attention) * computed.bytes());
    }
}
