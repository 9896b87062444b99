package kvbench.engine;

import kvbench.model.InputException;

import java.util.Locale;

/**
 * One thing that keeps CUDA from being used, each text without a full stop.
 *
 * @param part what it is about
 * @param expected what CUDA needs
 * @param found what is here instead
 * @param since the same as a clause that a sentence can end with
 * @param mend what to do, as a command
 */
public record Obstacle(Part part, String expected, String found, String since, String mend) {
    /** Begins the reason of whatever needs CUDA and goes without it; {@link #words} follow. */
    public static final String CUDA_NOT_USABLE = "cuda is not usable, ";

    /** What CUDA needs, in the order in which it pays to mend it. */
    public enum Part {
        SYSTEM,
        RUNTIME,
        DRIVER,
        DEVICE,
        LIBRARIES,
        CODE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reason and remedy in a sentence's part: {@code since ...; to mend it: ...}. */
    public String words() {
        return "since %s; to mend it: %s".formatted(since, mend);
    }

    /** For a user who has asked for CUDA. */
    public InputException asException() {
        return InputException.unusable(
                "provider cuda: expected %s, found %s. %s, or use provider cpu."
                        .formatted(
                                expected,
                                found,
                                mend.substring(0, 1).toUpperCase(Locale.ROOT) + mend.substring(1)));
    }
}
