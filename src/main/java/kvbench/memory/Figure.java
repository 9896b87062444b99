package kvbench.memory;

import java.util.function.DoubleBinaryOperator;

/**
 * A number, or NaN and the reason why there is none.
 *
 * @param value NaN where it could not be told
 * @param reason one line of why, or "" where there is a number
 */
public record Figure(double value, String reason) {
    public Figure {
        if (Double.isNaN(value) == reason.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected a number, or NaN with a reason, found %s with \"%s\""
                            .formatted(value, reason));
        }
    }

    public static Figure of(double value) {
        return new Figure(value, "");
    }

    /** No number, and why. */
    public static Figure unknown(String reason) {
        return new Figure(Double.NaN, reason);
    }

    /** {@code value}, or where it is NaN, {@code reason}. */
    public static Figure of(double value, String reason) {
        return Double.isNaN(value) ? unknown(reason) : of(value);
    }

    public boolean known() {
        return reason.isEmpty();
    }

    /** The sum; unknown, with the first reason, where either is. */
    public Figure plus(Figure other) {
        return with(other, Double::sum);
    }

    /** The difference; unknown, with the first reason, where either is. */
    public Figure minus(Figure other) {
        return with(other, (a, b) -> a - b);
    }

    private Figure with(Figure other, DoubleBinaryOperator operation) {
        if (!known()) {
            return this;
        }
        return other.known() ? of(operation.applyAsDouble(value, other.value)) : other;
    }
}
