package kvbench.cache;

/** What may be rewound to. */
final class Rewind {
    private Rewind() {}

    /** Answers {@code to} if a sequence of {@code length} tokens can be cut to it. */
    static int checked(int to, int length) {
        if (to < 0 || to > length) {
            throw new IllegalArgumentException(
                    "expected to rewind to 0 to %d tokens, found %d".formatted(length, to));
        }
        return to;
    }
}
