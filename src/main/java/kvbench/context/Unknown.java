package kvbench.context;

/** The words for what could not be told, so that a context holds a reason and never a null. */
final class Unknown {
    private static final String PREFIX = "unknown: ";

    private Unknown() {}

    /** {@code unknown: why}. */
    static String because(String why) {
        return PREFIX + why;
    }

    /** {@code text} without its outer blanks, or why there is none. */
    static String unless(String text, String why) {
        return text == null || text.isBlank() ? because(why) : text.strip();
    }

    /** Whether {@code text} says that something could not be told. */
    static boolean is(String text) {
        return text.startsWith(PREFIX);
    }
}
