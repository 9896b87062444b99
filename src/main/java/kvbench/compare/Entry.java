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
 * @param isSeen whether all forks of the one side lie beyond all of the other, by so much that it
 *     is told although so few forks cannot show it
 */
public record Entry(
        Estimate estimate,
        double ratio,
        double low,
        double high,
        double p,
        Verdict verdict,
        String reason,
        boolean isSeen) {

    /** An entry of which no more is told than its verdict. */
    public Entry(
            Estimate estimate,
            double ratio,
            double low,
            double high,
            double p,
            Verdict verdict,
            String reason) {
        this(estimate, ratio, low, high, p, verdict, reason, false);
    }

    /** An entry that is not held against another. */
    static Entry alone(Estimate estimate, Verdict verdict, String reason) {
        return new Entry(estimate, Double.NaN, Double.NaN, Double.NaN, Double.NaN, verdict, reason);
    }

    /** Whether the candidate takes more: shown, or seen in every fork. */
    public boolean isWorseInEveryFork() {
        return verdict == Verdict.SLOWER || isSeen && ratio > 1;
    }

    /** Whether there is a figure. */
    public boolean hasFigure() {
        return !Double.isNaN(estimate.median());
    }
}
