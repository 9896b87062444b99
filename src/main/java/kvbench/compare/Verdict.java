package kvbench.compare;

import java.util.Locale;

/** What a comparison of a candidate with its baseline says. */
public enum Verdict {
    /** Less time, or more per second: shown by the test, and beyond the practical threshold. */
    FASTER("faster"),
    SLOWER("slower"),
    LESS_MEMORY("less"),
    MORE_MEMORY("more"),
    /** As the two above, of a figure of which it is not known which way is better. */
    LOWER("lower"),
    HIGHER("higher"),
    /** Equal, or the whole interval lies within the practical threshold. */
    NO_DIFFERENCE("same"),
    /** Undecided: neither a difference nor that there is none. */
    WITHIN_NOISE("undecided"),
    /** Undecided, since so few forks could not have decided. */
    TOO_FEW_SAMPLES("too few forks"),
    NOT_COMPARABLE("not comparable"),
    ONLY_IN_BASELINE("only in baseline"),
    ONLY_IN_CANDIDATE("only in candidate"),
    /** Every fork failed on one side. */
    FAILED("failed");

    private final String words;

    Verdict(String words) {
        this.words = words;
    }

    /** What a table shows. */
    public String words() {
        return words;
    }

    /** Whether a difference was shown. */
    public boolean isDifference() {
        return switch (this) {
            case FASTER, SLOWER, LESS_MEMORY, MORE_MEMORY, LOWER, HIGHER -> true;
            default -> false;
        };
    }

    /** Whether both sides have figures that could be held against each other. */
    public boolean isCompared() {
        return isDifference() || this == NO_DIFFERENCE || isUndecided();
    }

    /** Whether both sides have figures, and more forks could still decide between them. */
    public boolean isUndecided() {
        return this == WITHIN_NOISE || this == TOO_FEW_SAMPLES;
    }

    /** Whether the candidate is worse. */
    public boolean isWorse() {
        return this == SLOWER || this == MORE_MEMORY;
    }

    /** Whether the candidate is better. */
    public boolean isBetter() {
        return this == FASTER || this == LESS_MEMORY;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
