package kvbench.verify;

import kvbench.model.InputException;

/**
 * How far scores may be from those of another way of computing.
 *
 * @param part of the reference's largest score
 */
public record Tolerance(double part) {
    /**
     * What 16-bit numbers need. A step of float16 is 0.001 of a number, and a score is a sum of
     * many that went through all layers; a prompt with two tokens exchanged moves a score of the
     * bundled model by 0.1, so that a fault of the cache is seen.
     */
    public static final double DEFAULT = 0.02;

    /**
     * The tolerance that a user gives.
     *
     * @throws InputException if it is not above 0 and at most 1
     */
    public static Tolerance of(double part) {
        if (!(part > 0 && part <= 1)) {
            throw InputException.wrongUse(
                    "--tolerance: expected a part of the largest score, above 0 and at most 1, found %s."
                            .formatted(part));
        }
        return new Tolerance(part);
    }

    /**
     * Whether the scores of {@code row} are near enough, up to the first token that differs: at a
     * near tie another may be chosen.
     */
    public boolean holds(Agreement row) {
        return row.relativeDifference() <= part;
    }
}
