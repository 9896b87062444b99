package kvbench.compare;

import kvbench.stats.Estimate;

/**
 * One figure in its column, and how it stands to that of the baseline.
 *
 * @param estimate median of the forks in base units; the most of a count
 * @param ratio to the baseline's: candidate over baseline; NaN where there is none
 * @param low lower end of the ratio's 95 % interval; NaN where it has none, as of so few forks that
 *     none covers that much
 * @param high upper end of it
 * @param p of the test after Holm's correction; NaN where nothing was tested
 * @param verdict what may be said
 * @param reason why nothing more may be said, or ""
 * @param isSeen whether all forks of the one side lie beyond all of the other, by so much that it
 *     is told although so few forks cannot show it
 * @param doubt why the candidate may be worse than its figures, so that no gate is passed on it, or
 *     ""
 */
public record Entry(
        Estimate estimate,
        double ratio,
        double low,
        double high,
        double p,
        Verdict verdict,
        String reason,
        boolean isSeen,
        String doubt) {
    /** Reason where neither the baseline nor the candidate has the cell. */
    static final String ON_NEITHER_SIDE = "measured on neither side";

    /** An entry of which no more is told than its verdict, and nothing is to be doubted. */
    public Entry(
            Estimate estimate,
            double ratio,
            double low,
            double high,
            double p,
            Verdict verdict,
            String reason) {
        this(estimate, ratio, low, high, p, verdict, reason, false, "");
    }

    /** An entry that is not held against another. */
    static Entry alone(Estimate estimate, Verdict verdict, String reason) {
        return new Entry(estimate, Double.NaN, Double.NaN, Double.NaN, Double.NaN, verdict, reason);
    }

    /** The same with a doubt. */
    Entry withDoubt(String why) {
        return new Entry(estimate, ratio, low, high, p, verdict, reason, isSeen, why);
    }

    /** Whether neither side has the cell, so that there is no pair; another column may have it. */
    public boolean isOnNeitherSide() {
        return reason.equals(ON_NEITHER_SIDE);
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
