package kvbench.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;

import kvbench.model.InputException;
import kvbench.model.LlamaConfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A model's tokenizer: text to ids and back, as its {@code tokenizer.json} says.
 *
 * <p>Runs on the CPU, offline; never shortens or fills up. {@code tokenizer_config.json} is not
 * read: the special tokens are those of the {@code post_processor}.
 */
public final class Tokenizer implements AutoCloseable {
    static final String REPLACEMENT = "\uFFFD";

    /** Text before a continuation; it merges with no space and no line end that follows. */
    private static final String BEFORE_CONTINUATION = "a";

    private final HuggingFaceTokenizer tokenizer;
    private final Vocabulary vocabulary;
    private final String source;

    private Tokenizer(HuggingFaceTokenizer tokenizer, Vocabulary vocabulary, String source) {
        this.tokenizer = tokenizer;
        this.vocabulary = vocabulary;
        this.source = source;
    }

    /**
     * Opens a {@code tokenizer.json}.
     *
     * @throws InputException if there is no such file, or no tokenizer in it
     */
    public static Tokenizer open(Path tokenizerJson) {
        if (!Files.isRegularFile(tokenizerJson)) {
            throw InputException.unusable(
                    "%s: expected a Hugging Face tokenizer.json, found %s. Put the tokenizer.json that came with the model there."
                            .formatted(
                                    tokenizerJson,
                                    Files.exists(tokenizerJson) ? "a folder" : "no such file"));
        }
        try {
            return parse(Files.readString(tokenizerJson), tokenizerJson.toString());
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected a readable file in UTF-8, found %s. Check its permissions, or get the file again."
                            .formatted(tokenizerJson, e),
                    e);
        }
    }

    /**
     * Opens the text of a {@code tokenizer.json}.
     *
     * @param source the file's name, for messages
     * @throws InputException if there is no tokenizer in it
     */
    public static Tokenizer parse(String json, String source) {
        Vocabulary vocabulary = Vocabulary.parse(json, source);
        return new Tokenizer(NativeTokenizers.open(json, source), vocabulary, source);
    }

    /** Highest id + 1, added tokens included. */
    public int vocabSize() {
        return vocabulary.size();
    }

    /**
     * Refuses a model whose embedding has no row for some of the ids.
     *
     * <p>A model may have more rows than the tokenizer has ids.
     *
     * @throws InputException naming both numbers
     */
    public void requireFits(LlamaConfig model, String modelName) {
        if (vocabSize() > model.vocabSize()) {
            throw InputException.unusable(
                    "%s: expected at most %d token ids, the vocab_size of %s, found %d. Use the tokenizer.json that came with the model."
                            .formatted(source, model.vocabSize(), modelName, vocabSize()));
        }
    }

    /** Ids of a text that stands alone, with what the tokenizer puts around it. */
    public int[] encode(String text) {
        return encode(text, true);
    }

    /** Ids of a text without the special tokens that the tokenizer puts around it. */
    public int[] encodePlain(String text) {
        return encode(text, false);
    }

    /**
     * Ids of a text that goes on after another, which it need not know.
     *
     * <p>Differs from {@link #encodePlain} for tokenizers of the SentencePiece kind, which put a
     * space before what they are given. The text should begin with a space or a line end.
     */
    public int[] encodeContinuation(String text) {
        int[] before = encodePlain(BEFORE_CONTINUATION);
        int[] both = encodePlain(BEFORE_CONTINUATION + text);
        boolean apart =
                both.length >= before.length
                        && Arrays.equals(before, Arrays.copyOf(both, before.length));
        return apart ? Arrays.copyOfRange(both, before.length, both.length) : encodePlain(text);
    }

    /** What the tokenizer puts before any text: begin-of-sequence, or nothing. */
    public int[] prefix() {
        return encode("");
    }

    /**
     * Text of ids, special tokens left out.
     *
     * <p>Bytes that make no character show as U+FFFD. So does an id that stands for no token, and
     * what follows it is decoded as a text of its own.
     */
    public String decode(int[] ids) {
        var text = new StringBuilder();
        int from = 0;
        for (int i = 0; i < ids.length; i++) {
            if (!vocabulary.hasToken(ids[i])) {
                text.append(decodeTokens(ids, from, i)).append(REPLACEMENT);
                from = i + 1;
            }
        }
        return text.append(decodeTokens(ids, from, ids.length)).toString();
    }

    /** A decoder for ids that come one by one. */
    public TextStream stream() {
        return new TextStream(this, vocabulary);
    }

    /** Frees the native tokenizer; closing twice is harmless. */
    @Override
    public void close() {
        tokenizer.close();
    }

    private int[] encode(String text, boolean withSpecialTokens) {
        long[] ids = tokenizer.encode(text, withSpecialTokens, false).getIds();
        return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    }

    private String decodeTokens(int[] ids, int from, int to) {
        return from == to
                ? ""
                : tokenizer.decode(Arrays.stream(ids, from, to).asLongStream().toArray(), true);
    }
}
