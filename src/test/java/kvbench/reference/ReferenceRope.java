package kvbench.reference;

import kvbench.model.LlamaConfig;
import kvbench.model.Rope;

/**
 * Rotary position embedding, computed without {@link Rope}'s own arithmetic.
 *
 * <p>Sources: Su et al., RoFormer (arXiv 2104.09864), in the half-split order of Hugging Face's
 * {@code rotate_half}; the scaling as published with Llama 3.1 ({@code rope_type: llama3}).
 */
public final class ReferenceRope {
    private final double[] frequencies; // [headDim / 2], radians per position

    public ReferenceRope(LlamaConfig config) {
        frequencies = new double[config.headDim() / 2];
        for (int pair = 0; pair < frequencies.length; pair++) {
            double unscaled = 1 / Math.pow(config.rope().theta(), 2.0 * pair / config.headDim());
            frequencies[pair] =
                    config.rope().scaling().map(by -> scale(unscaled, by)).orElse(unscaled);
        }
    }

    /** Radians that each pair turns from one position to the next: [headDim / 2]. */
    public double[] frequencies() {
        return frequencies.clone();
    }

    /**
     * Llama 3.1: what counts is how often a pair turns within the original context. Pairs that turn
     * often tell near tokens apart and keep their pace; pairs that turn seldom are slowed by the
     * factor; those between are blended in proportion.
     */
    private static double scale(double frequency, Rope.Llama3Scaling by) {
        double turns = frequency * by.originalContextLength() / (2 * Math.PI);
        double kept =
                Math.clamp(
                        (turns - by.lowFreqFactor()) / (by.highFreqFactor() - by.lowFreqFactor()),
                        0.0,
                        1.0);
        return kept * frequency + (1 - kept) * frequency / by.factor();
    }

    /**
     * Turns every head of {@code x} to its position.
     *
     * @param x heads side by side: [heads * headDim]
     * @param position of the token, from 0
     * @return the turned heads: [heads * headDim]
     */
    public double[] rotate(double[] x, int position) {
        int half = frequencies.length;
        var rotated = new double[x.length];
        for (int pair = 0; pair < half; pair++) {
            double cos = Math.cos(position * frequencies[pair]);
            double sin = Math.sin(position * frequencies[pair]);
            for (int first = pair; first < x.length; first += 2 * half) {
                int second = first + half;
                rotated[first] = x[first] * cos - x[second] * sin;
                rotated[second] = x[first] * sin + x[second] * cos;
            }
        }
        return rotated;
    }
}
