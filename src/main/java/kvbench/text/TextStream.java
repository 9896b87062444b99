package kvbench.text;

import java.util.Arrays;

/**
 * Decodes ids that come one by one, giving text out as soon as no later id can change it.
 *
 * <p>The pieces and {@link #rest()} together are {@link Tokenizer#decode} of all the ids, for the
 * decoders that Llamas have: ByteLevel, and ByteFallback with Replace, Fuse, Strip or Metaspace. A
 * character split over several tokens comes out whole; single bytes under ByteFallback wait until
 * the run of them has ended, for one bad byte spoils the whole run. Each call decodes the latest
 * few tokens only, so a long answer does not slow down. Not thread-safe; useless after the
 * tokenizer is closed.
 */
public final class TextStream {
    private static final int FIRST_CAPACITY = 16;

    private final Tokenizer tokenizer;
    private final Vocabulary vocabulary;

    /** The tokens of the latest piece, then those whose text is still to come. */
    private int[] window = new int[FIRST_CAPACITY];

    private int length;

    /**
     * Tokens at the front of the window whose text is out. A decoder treats the first token of a
     * text its own way (a leading space is dropped), so what is new is told by the difference.
     */
    private int shown;

    TextStream(Tokenizer tokenizer, Vocabulary vocabulary) {
        this.tokenizer = tokenizer;
        this.vocabulary = vocabulary;
    }

    /**
     * The text that this id makes certain; often one word, empty while a character is incomplete.
     */
    public String next(int id) {
        if (!vocabulary.hasToken(id)) {
            return rest() + Tokenizer.REPLACEMENT;
        }
        if (vocabulary.special().get(id)) {
            return "";
        }
        append(id);
        if (vocabulary.lone().get(id)) {
            return "";
        }
        String text = tokenizer.decode(Arrays.copyOf(window, length));
        if (text.endsWith(Tokenizer.REPLACEMENT)) {
            return "";
        }
        String piece = text.substring(shownText().length());
        length -= shown;
        System.arraycopy(window, shown, window, 0, length);
        shown = length;
        return piece;
    }

    /** What was held back, complete or not; the next id then begins a new text. */
    public String rest() {
        String text = tokenizer.decode(Arrays.copyOf(window, length));
        String piece = text.substring(shownText().length());
        length = 0;
        shown = 0;
        return piece;
    }

    private String shownText() {
        return tokenizer.decode(Arrays.copyOf(window, shown));
    }

    private void append(int id) {
        if (length == window.length) {
            window = Arrays.copyOf(window, 2 * length);
        }
        window[length++] = id;
    }
}
