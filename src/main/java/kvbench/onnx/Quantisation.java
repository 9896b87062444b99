package kvbench.onnx;

import java.util.Locale;

/**
 * How a graph's cache is quantised: symmetrically, with scales that are given and never change.
 *
 * <p>Source: GroupQueryAttention ({@code com.microsoft}), {@code kv_cache_bit_width} and {@code
 * k_quant_type}.
 *
 * @param bits of an element, 8 or 4
 * @param granularity what has a scale of its own
 */
public record Quantisation(int bits, Granularity granularity) {
    /** What has a scale of its own. */
    public enum Granularity {
        /** One layer's keys, or its values, as a whole. */
        TENSOR,

        /** Each element of each KV head in one layer's keys, or in its values. */
        CHANNEL;

        /** What the operator calls it. */
        String attribute() {
            return "PER_" + name();
        }

        /** As a user writes it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The largest magnitude that an element can have: it is symmetric. */
    public int largest() {
        return (1 << (bits - 1)) - 1;
    }

    /** Scales of one layer's keys, or of its values. */
    public int scales(int kvHeads, int headDim) {
        return granularity == Granularity.TENSOR ? 1 : kvHeads * headDim;
    }
}
