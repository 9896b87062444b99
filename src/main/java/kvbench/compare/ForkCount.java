package kvbench.compare;

import kvbench.stats.MannWhitney;

/** How many forks a side it takes to show a difference. */
public final class ForkCount {
    /** Below that on either side nothing is tested. */
    public static final int FEWEST = 4;

    private static final int MOST = 100;

    private ForkCount() {}

    /** Whether forks that lie wholly apart show a difference among so many comparisons. */
    public static boolean canDecide(int baseForks, int forks, int comparisons) {
        return Math.min(baseForks, forks) >= FEWEST
                && MannWhitney.smallestPValue(baseForks, forks) * comparisons
                        <= Comparison.SIGNIFICANCE;
    }

    /** Forks a side with which the smallest p of the test still shows something among so many. */
    public static int needed(int comparisons) {
        int forks = FEWEST;
        while (forks < MOST && !canDecide(forks, forks, comparisons)) {
            forks++;
        }
        return forks;
    }
}
