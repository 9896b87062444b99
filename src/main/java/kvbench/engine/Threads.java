package kvbench.engine;

import kvbench.model.InputException;

/** How many threads work on one operator, as a user says it. */
public final class Threads {
    /** As many as the process may use cores. */
    public static final String AUTO = "auto";

    private static final int MOST = 1024;

    private Threads() {}

    /** The number that {@code text} means. */
    public static int parse(String text) {
        if (text.equals(AUTO)) {
            return Runtime.getRuntime().availableProcessors();
        }
        if (!text.matches("[1-9]\\d{0,3}") || Integer.parseInt(text) > MOST) {
            throw InputException.wrongUse(
                    "threads: expected %s or a whole number from 1 to %d, found \"%s\"."
                            .formatted(AUTO, MOST, text));
        }
        return Integer.parseInt(text);
    }
}
