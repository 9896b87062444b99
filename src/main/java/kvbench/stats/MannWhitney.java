package kvbench.stats;

import org.apache.commons.math3.special.Erf;
import org.apache.commons.math3.stat.ranking.NaNStrategy;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;
import org.apache.commons.math3.util.CombinatoricsUtils;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * The two-sided Mann-Whitney test: can the scores of two sides come from one law?
 *
 * <p>Asks nothing of the law but that the scores of a side are independent, so it is for fork
 * scores and not for iterations. It says nothing of the size of a difference; that is {@link
 * RatioInterval}'s.
 *
 * <p>Mann &amp; Whitney, "On a Test of Whether one of Two Random Variables is Stochastically Larger
 * than the Other", 1947.
 */
public final class MannWhitney {
    /** Up to so many scores on both sides together the p-value is exact, ties included. */
    public static final int MOST_SCORES_FOR_EXACT = 50;

    private MannWhitney() {}

    /**
     * The probability, were there no difference, of a rank sum at least as far from its mean.
     *
     * <p>Counted over all ways to share the scores between the sides, so ties need no correction;
     * beyond {@value #MOST_SCORES_FOR_EXACT} scores the normal approximation, corrected for ties
     * and continuity. Scores that are all equal give 1.
     *
     * @throws IllegalArgumentException if a side is empty or a score is not finite
     */
    public static double pValue(double[] a, double[] b) {
        requireScores("first side", a);
        requireScores("second side", b);
        // The rank sums of the two sides are as far from their means; the shorter is quicker.
        double[] first = a.length <= b.length ? a : b;
        double[] second = a.length <= b.length ? b : a;
        int[] ranks = doubledMidranks(first, second);
        int rankSum = Arrays.stream(ranks, 0, first.length).sum();
        int distance = Math.abs(rankSum - first.length * (ranks.length + 1));
        return ranks.length <= MOST_SCORES_FOR_EXACT
                ? exact(ranks, first.length, distance)
                : approximate(ranks, first.length, distance);
    }

    /**
     * The p-value of complete separation, which no other result of as many scores falls below.
     *
     * @throws IllegalArgumentException if a side is empty
     */
    public static double smallestPValue(int n, int m) {
        if (n < 1 || m < 1) {
            throw new IllegalArgumentException(
                    "expected scores on both sides, found " + n + " and " + m);
        }
        return Math.min(1, 2 / CombinatoricsUtils.binomialCoefficientDouble(n + m, n));
    }

    /**
     * On which side of {@code a} the scores of {@code b} tend to lie, as the test sees it: 1 where
     * more pairs have the larger score in {@code b}, -1 where more have the smaller, 0 where as
     * many.
     *
     * @throws IllegalArgumentException if a side is empty or a score is not finite
     */
    public static int tendency(double[] a, double[] b) {
        requireScores("first side", a);
        requireScores("second side", b);
        double pairs =
                Arrays.stream(a)
                        .flatMap(mine -> Arrays.stream(b).map(theirs -> Math.signum(theirs - mine)))
                        .sum();
        return (int) Math.signum(pairs);
    }

    private static void requireScores(String side, double[] scores) {
        if (scores.length == 0) {
            throw new IllegalArgumentException(
                    "expected a score or more, found none on the " + side);
        }
        ForkScores.requireFinite(side, scores);
    }

    /** Doubled, because the mean of tied ranks may end in a half. */
    private static int[] doubledMidranks(double[] first, double[] second) {
        double[] all = DoubleStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
        double[] midranks = new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE).rank(all);
        return Arrays.stream(midranks).mapToInt(rank -> (int) Math.round(2 * rank)).toArray();
    }

    private static double exact(int[] ranks, int n, int distance) {
        double[] ways = RankSums.waysOfSum(ranks, n);
        int mean = n * (ranks.length + 1);
        double asFar = 0;
        double all = 0;
        for (int sum = 0; sum < ways.length; sum++) {
            all += ways[sum];
            if (Math.abs(sum - mean) >= distance) {
                asFar += ways[sum];
            }
        }
        return asFar / all;
    }

    private static double approximate(int[] ranks, int n, int distance) {
        // Ranks are doubled: a step of U by 1 is one of 2 here, and the variance is fourfold.
        double continuity = 1;
        double beyond = Math.max(0, distance - continuity);
        double total = ranks.length;
        double mean = total + 1;
        double squares = Arrays.stream(ranks).mapToDouble(r -> (r - mean) * (r - mean)).sum();
        // Drawing n without replacement; ties shrink the squares, which is their correction.
        double variance = n * (total - n) / (total * (total - 1)) * squares;
        return variance == 0 ? 1 : Erf.erfc(beyond / Math.sqrt(2 * variance));
    }
}
