package kvbench.model;

import java.util.Optional;

/**
 * Rotary position embedding in the half-split form of Hugging Face: element {@code i} of a head
 * turns with element {@code i + headDim / 2}.
 *
 * @param theta base of the geometric series of wavelengths ({@code rope_theta})
 * @param scaling Llama 3.1's stretching of long wavelengths, if the model has it
 */
public record Rope(double theta, Optional<Llama3Scaling> scaling) {

    /**
     * Llama 3.1's rope scaling ({@code rope_scaling} with {@code rope_type: llama3}).
     *
     * @param factor by how much long wavelengths are stretched
     * @param lowFreqFactor wavelengths over {@code originalContextLength / lowFreqFactor} are
     *     stretched in full
     * @param highFreqFactor wavelengths under {@code originalContextLength / highFreqFactor} stay
     *     as they are
     * @param originalContextLength context length before scaling
     */
    public record Llama3Scaling(
            double factor, double lowFreqFactor, double highFreqFactor, int originalContextLength) {

        private double scale(double frequency) {
            double wavelength = 2 * Math.PI / frequency;
            if (wavelength < originalContextLength / highFreqFactor) {
                return frequency;
            }
            if (wavelength > originalContextLength / lowFreqFactor) {
                return frequency / factor;
            }
            double smooth =
                    (originalContextLength / wavelength - lowFreqFactor)
                            / (highFreqFactor - lowFreqFactor);
            return (1 - smooth) * frequency / factor + smooth * frequency;
        }
    }

    /**
     * Radians per position of each rotating pair: [headDim / 2].
     *
     * <p>In double precision, where Hugging Face computes in float32: at position p its angle is
     * off by up to p * 6e-8.
     */
    public double[] frequencies(int headDim) {
        var frequencies = new double[headDim / 2];
        for (int pair = 0; pair < frequencies.length; pair++) {
            double frequency = Math.pow(theta, -2.0 * pair / headDim);
            frequencies[pair] = scaling.map(s -> s.scale(frequency)).orElse(frequency);
        }
        return frequencies;
    }
}
