package kvbench.compare;

import kvbench.stats.Estimate;

/**
 * One figure in its column, and how it stands to that of the baseline.
 *
 * @param estimate median of the forks in base units; the most of a count
 * @param ratio to the baseline's: candidate over baseline; NaN where there is none
 * @param low lower end of the ratio's 95 % interval; NaN where it has none
 * @param high upper end of it
 * @param p of the test after Holm's correction; NaN where nothing was tested
 * @param verdict what may be said
 * @param reason why nothing more may be said, or ""
 */
public record Entry(
        Estimate estimate,
        double ratio,
        double low,
        double high,
        double p,
        Verdict verdict,
        String reason) {

    /** An entry that is not held against another. */
    static Entry alone(Estimate estimate, Verdict verdict, String reason) {
        return new Entry(estimate, Double.NaN, Double.NaN, Double.NaN, Double.NaN, verdict, reason);
    }

    /** Whether there is a figure. */
    public boolean hasFigure() {
        return !Double.isNaN(estimate.median());
    }
}
