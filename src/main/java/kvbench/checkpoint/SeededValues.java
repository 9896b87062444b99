package kvbench.checkpoint;

import java.nio.charset.StandardCharsets;

/**
 * The random values of one tensor, each computed from the seed, the tensor's name and the value's
 * index alone: so in any order, by any number of threads, on any machine, bit for bit.
 *
 * <p>Uniform over 2^24 equally spaced numbers between -1 and 1, all exact in float32, times {@code
 * scale}: one rounding, and no function whose last bit a platform may choose.
 *
 * <p>Source: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014),
 * which is a counter times an odd constant, mixed.
 *
 * @param key where the tensor's counter begins
 * @param scale the largest magnitude
 */
record SeededValues(long key, float scale) {
    private static final long COUNTER_STEP = 0x9E3779B97F4A7C15L;
    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private static final int VALUE_BITS = 24;
    private static final float UNIT = 1f / (1 << VALUE_BITS);

    /** The values of tensor {@code name}, spread with {@code standardDeviation} around 0. */
    static SeededValues of(long seed, String name, double standardDeviation) {
        double halfWidth = Math.sqrt(3) * standardDeviation;
        return new SeededValues(mix(mix(seed) ^ hash(name)), (float) halfWidth);
    }

    /** Writes the values {@code first}, {@code first + 1}, ... to {@code values}. */
    void fill(float[] values, int count, long first) {
        long counter = key + first * COUNTER_STEP;
        float step = scale * UNIT;
        for (int i = 0; i < count; i++) {
            int bits = (int) (mix(counter + (i + 1) * COUNTER_STEP) >>> (Long.SIZE - VALUE_BITS));
            values[i] = (2 * bits + 1 - (1 << VALUE_BITS)) * step;
        }
    }

    /** FNV-1a, so that the name counts and not the hash code of some Java. */
    private static long hash(String name) {
        long hash = FNV_OFFSET;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
        }
        return hash;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
