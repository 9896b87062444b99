package kvbench.verify;

import kvbench.cache.CacheStrategy;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * How far a strategy's transcript agrees with the reference's.
 *
 * @param strategy the strategy
 * @param tokens tokens compared
 * @param firstDifference index of the first token that differs, or empty
 * @param largestLogitDifference over all positions up to the first difference
 * @param largestLogit of the reference, whatever its sign, over the same positions
 * @param gap the reference's lead of the best score over the second best: at the first difference,
 *     or else the narrowest
 */
public record Agreement(
        CacheStrategy strategy,
        int tokens,
        OptionalInt firstDifference,
        double largestLogitDifference,
        double largestLogit,
        double gap) {

    /** Whether every token is the reference's. */
    public boolean agrees() {
        return firstDifference.isEmpty();
    }

    /** Tokens before the first that differs. */
    public int agreeing() {
        return firstDifference.orElse(tokens);
    }

    /** The largest difference as a part of the reference's largest score. */
    public double relativeDifference() {
        return largestLogitDifference / largestLogit;
    }

    static Agreement of(CacheStrategy strategy, Transcript said, Transcript reference) {
        int mismatch = Arrays.mismatch(said.tokens(), reference.tokens());
        int compared = mismatch < 0 ? reference.tokens().length : mismatch + 1;
        double largest = 0;
        double largestLogit = 0;
        double narrowest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < compared; i++) {
            largest =
                    Math.max(largest, difference(said.logits().get(i), reference.logits().get(i)));
            largestLogit = Math.max(largestLogit, largest(reference.logits().get(i)));
            narrowest = Math.min(narrowest, gap(reference.logits().get(i)));
        }
        return new Agreement(
                strategy,
                reference.tokens().length,
                mismatch < 0 ? OptionalInt.empty() : OptionalInt.of(mismatch),
                largest,
                largestLogit,
                mismatch < 0 ? narrowest : gap(reference.logits().get(mismatch)));
    }

    private static double difference(float[] a, float[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs((double) a[i] - b[i]));
        }
        return largest;
    }

    private static double largest(float[] logits) {
        double largest = 0;
        for (float score : logits) {
            largest = Math.max(largest, Math.abs(score));
        }
        return largest;
    }

    private static double gap(float[] logits) {
        float best = Float.NEGATIVE_INFINITY;
        float second = Float.NEGATIVE_INFINITY;
        for (float score : logits) {
            if (score > best) {
                second = best;
                best = score;
            } else if (score > second) {
                second = score;
            }
        }
        return (double) best - second;
    }
}
