package kvbench.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import kvbench.model.InputException;

import java.util.BitSet;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the ids of a {@code tokenizer.json} stand for.
 *
 * <p>Holds no texts: those come from the native tokenizer, which does not tell which ids there are.
 *
 * @param tokens ids that stand for a token, added ones included
 * @param special ids of added tokens that are not text ({@code special})
 * @param lone ids that stand for one byte of a character ({@code <0xE2>} under a ByteFallback
 *     decoder)
 */
record Vocabulary(BitSet tokens, BitSet special, BitSet lone) {

    /** No published tokenizer comes near; an id beyond it is a mistake or an attack. */
    private static final int LARGEST_ID = (1 << 24) - 1;

    private static final Pattern LONE_BYTE = Pattern.compile("<0x[0-9A-Fa-f]{2}>");

    /**
     * Reads the ids of a {@code tokenizer.json}.
     *
     * @param source the file's name, for messages
     * @throws InputException if the text is not JSON or holds no vocabulary
     */
    static Vocabulary parse(String json, String source) {
        JsonNode root;
        try {
            root = new JsonMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw InputException.unusable(
                    "%s: expected a Hugging Face tokenizer.json, found text that is not JSON (%s). Get the file again."
                            .formatted(source, InputException.quote(e.getOriginalMessage())),
                    e);
        }
        var vocabulary = new Vocabulary(new BitSet(), new BitSet(), new BitSet());
        vocabulary.readModel(root, source);
        for (JsonNode added : root.path("added_tokens")) {
            int id = id(added.path("id"), source);
            vocabulary.tokens.set(id);
            vocabulary.special.set(id, added.path("special").asBoolean());
        }
        if (vocabulary.tokens.isEmpty()) {
            throw InputException.unusable(
                    "%s: expected a Hugging Face tokenizer.json, found nothing in model.vocab. Get the file again."
                            .formatted(source));
        }
        return vocabulary;
    }

    /** Highest id + 1. */
    int size() {
        return tokens.length();
    }

    boolean hasToken(int id) {
        return id >= 0 && tokens.get(id);
    }

    /** A vocabulary maps tokens to ids (BPE), or lists tokens with their scores (Unigram). */
    private void readModel(JsonNode root, String source) {
        JsonNode vocab = root.path("model").path("vocab");
        boolean fallsBackToBytes = fallsBackToBytes(root.path("decoder"));
        for (int id = 0; vocab.isArray() && id < vocab.size(); id++) {
            add(id, vocab.path(id).path(0).asText(), fallsBackToBytes);
        }
        for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
            add(id(entry.getValue(), source), entry.getKey(), fallsBackToBytes);
        }
    }

    private void add(int id, String token, boolean fallsBackToBytes) {
        tokens.set(id);
        lone.set(id, fallsBackToBytes && LONE_BYTE.matcher(token).matches());
    }

    private static boolean fallsBackToBytes(JsonNode decoder) {
        return decoder.findValuesAsText("type").contains("ByteFallback");
    }

    private static int id(JsonNode node, String source) {
        if (!node.isIntegralNumber()
                || !node.canConvertToInt()
                || node.intValue() < 0
                || node.intValue() > LARGEST_ID) {
            throw InputException.unusable(
                    "%s: expected token ids from 0 to %d, found %s. Get the file again."
                            .formatted(
                                    source,
                                    LARGEST_ID,
                                    node.isMissingNode()
                                            ? "none"
                                            : InputException.quote(node.toString())));
        }
        return node.intValue();
    }
}
