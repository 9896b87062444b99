package kvbench.model;

import java.util.regex.Pattern;

/**
 * Something the user gave cannot be used.
 *
 * <p>The message is all that a user sees: it says what was expected, what was found, and the
 * command or option that mends it.
 */
public final class InputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int LONGEST_QUOTE = 120;

    /** Control and format characters, ends of lines, and halves of characters. */
    private static final Pattern UNPRINTABLE =
            Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+");

    private final boolean wrongUse;

    private InputException(String message, boolean wrongUse, Throwable cause) {
        super(message, cause);
        this.wrongUse = wrongUse;
    }

    /**
     * A value on the command line that cannot be meant: an unknown name, a number out of its range.
     */
    public static InputException wrongUse(String message) {
        return new InputException(message, true, null);
    }

    /** A file or a machine that cannot serve: a broken checkpoint, a missing library. */
    public static InputException unusable(String message) {
        return new InputException(message, false, null);
    }

    /** As {@link #unusable(String)}, keeping what went wrong underneath for a debugger. */
    public static InputException unusable(String message, Throwable cause) {
        return new InputException(message, false, cause);
    }

    /**
     * Whether another command line would have been right; otherwise something that it names has to
     * change.
     */
    public boolean isWrongUse() {
        return wrongUse;
    }

    /** What a file says, fit for one line of a message: short, and without control characters. */
    public static String quote(String found) {
        String shortened =
                found.length() <= LONGEST_QUOTE ? found : found.substring(0, LONGEST_QUOTE) + "...";
        return UNPRINTABLE.matcher(shortened).replaceAll(" ");
    }
}
