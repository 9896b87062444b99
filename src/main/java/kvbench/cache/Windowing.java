package kvbench.cache;

/**
 * Which tokens an evicting cache keeps, and in which slots: the first {@code sinks}, and the latest
 * {@code window}.
 *
 * <p>Sink tokens have slots of their own; the others go round in a ring of one slot more than the
 * window, so that a token is written over only after it has left the window for good, however the
 * step ends that does it.
 *
 * @param sinks at least 0
 * @param window at least 1
 */
record Windowing(int sinks, int window) {
    /** Beside those of the tokens that are kept: the ring's, and the one the graph writes into. */
    static final int SLACK_SLOTS = 2;

    /** Slots in which tokens stay. */
    int places() {
        return sinks + ring();
    }

    /** Slots in all; the last one is that in which a step's row is computed. */
    int slots() {
        return sinks + window + SLACK_SLOTS;
    }

    private int ring() {
        return window + 1;
    }

    /** Slot in which the text's number {@code token} stays. */
    int slotOf(int token) {
        return token < sinks ? token : sinks + (token - sinks) % ring();
    }

    /** Tokens from {@code token} on whose slots follow one another. */
    int slotsInARow(int token) {
        return token < sinks ? sinks - token : ring() - (token - sinks) % ring();
    }

    /** Rows that a step reads after {@code length} tokens. */
    int rows(long length) {
        return (int) Math.min(length, places());
    }

    /** Whether new tokens can be computed where they stay, or beside that, for a step. */
    boolean isInPlace(long length, long newTokens) {
        return newTokens == 1 || rows(length) + newTokens <= places();
    }

    /** The first token behind the sinks that the one at {@code position} attends to. */
    int firstAttended(int position) {
        return Math.max(sinks, position - window + 1);
    }
}
