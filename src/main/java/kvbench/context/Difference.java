package kvbench.context;

/**
 * One fact that two contexts tell differently, or that neither tells.
 *
 * @param field what differs, as a path in {@code context.json}
 * @param left what one run says
 * @param right what the other says
 * @param weight what it means for the results
 */
public record Difference(String field, String left, String right, Weight weight) {

    /** What a difference means for results that are joined or compared. */
    public enum Weight {
        /** They do not belong together. */
        BLOCKING,
        /** They do, but a reader should know. */
        WORTH_KNOWING
    }

    /** {@code field: left against right}. */
    @Override
    public String toString() {
        return "%s: %s against %s".formatted(field, left, right);
    }
}
