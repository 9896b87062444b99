package kvbench.stats;

/**
 * How often each rank sum occurs when every way to share the ranks between two sides is as likely.
 *
 * <p>Counts are doubles: whole and exact up to 2^53, which 56 ranks do not exceed.
 */
final class RankSums {
    private RankSums() {}

    /**
     * Among all ways to choose {@code chosen} of the ranks, those that sum to the index.
     *
     * <p>Ranks may repeat, as doubled midranks of ties do; the distribution is then conditional on
     * the ties.
     */
    static double[] waysOfSum(int[] ranks, int chosen) {
        int largestSum = 0;
        for (int rank : ranks) {
            largestSum += rank;
        }
        var ways = new double[chosen + 1][largestSum + 1];
        ways[0][0] = 1;
        int sumSoFar = 0;
        for (int seen = 0; seen < ranks.length; seen++) {
            int rank = ranks[seen];
            sumSoFar += rank;
            // Downwards, so that a rank is chosen once at most.
            for (int taken = Math.min(chosen, seen + 1); taken > 0; taken--) {
                for (int sum = rank; sum <= sumSoFar; sum++) {
                    ways[taken][sum] += ways[taken - 1][sum - rank];
                }
            }
        }
        return ways[chosen];
    }

    /**
     * Without ties: among all ways, those in which U, the number of pairs whose first is above the
     * second, is the index.
     *
     * <p>These are the coefficients of the Gaussian binomial (Mann &amp; Whitney 1947), which grows
     * by one fork at a time: times (1 - q^(m+i)), divided by (1 - q^i).
     */
    static double[] waysOfU(int n, int m) {
        var ways = new double[n * m + 1];
        ways[0] = 1;
        for (int i = 1; i <= n; i++) {
            for (int u = n * m; u >= m + i; u--) {
                ways[u] -= ways[u - m - i];
            }
            for (int u = i; u <= n * m; u++) {
                ways[u] += ways[u - i];
            }
        }
        return ways;
    }
}
