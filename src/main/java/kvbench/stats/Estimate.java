package kvbench.stats;

/**
 * A median over forks and how far it can be trusted.
 *
 * @param median NaN where nothing was measured
 * @param low lower end of the interval
 * @param high upper end of the interval
 * @param forks number of forks it rests on
 */
public record Estimate(double median, double low, double high, int forks) {
    public static final Estimate NONE = new Estimate(Double.NaN, Double.NaN, Double.NaN, 0);

    /**
     * Half the interval as a part of the median's size; NaN for a single fork, which has no spread.
     */
    public double relativeSpread() {
        return forks < 2 ? Double.NaN : (high - low) / 2 / Math.abs(median);
    }
}
