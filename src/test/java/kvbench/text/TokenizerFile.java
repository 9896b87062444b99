package kvbench.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;

/**
 * Writes a trained byte-level BPE as a Hugging Face {@code tokenizer.json}, the same bytes each
 * time.
 *
 * <p>Field names and their meaning are those of the Hugging Face tokenizers library; merges are
 * written as one text each, which all its versions read.
 */
final class TokenizerFile {
    private static final JsonMapper JSON = new JsonMapper();

    private TokenizerFile() {}

    /**
     * The file's text.
     *
     * @param special the special tokens, which have the first ids
     * @param begin the one of them that comes before every text
     */
    static String json(BpeTrainer.Trained trained, List<String> special, String begin)
            throws JsonProcessingException {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", "1.0");
        root.putNull("truncation");
        root.putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        special.forEach(token -> addToken(added, trained.tokens().indexOf(token), token));
        root.putNull("normalizer");
        byteLevel(root.putObject("pre_tokenizer"));
        template(root.putObject("post_processor"), begin, trained.tokens().indexOf(begin));
        byteLevel(root.putObject("decoder"));
        model(root.putObject("model"), trained);
        var indenter = new DefaultIndenter("  ", "\n");
        var printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        return JSON.writer(printer).writeValueAsString(root) + "\n";
    }

    private static void addToken(ArrayNode added, int id, String content) {
        added.addObject()
                .put("id", id)
                .put("content", content)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }

    /** As a decoder its other fields count for nothing, but readers expect them. */
    private static void byteLevel(ObjectNode node) {
        node.put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }

    private static void template(ObjectNode node, String begin, int beginId) {
        node.put("type", "TemplateProcessing");
        ArrayNode single = node.putArray("single");
        specialToken(single, begin, 0);
        sequence(single, "A", 0);
        ArrayNode pair = node.putArray("pair");
        specialToken(pair, begin, 0);
        sequence(pair, "A", 0);
        specialToken(pair, begin, 1);
        sequence(pair, "B", 1);
        ObjectNode tokens = node.putObject("special_tokens").putObject(begin);
        tokens.put("id", begin);
        tokens.putArray("ids").add(beginId);
        tokens.putArray("tokens").add(begin);
    }

    private static void specialToken(ArrayNode template, String token, int typeId) {
        template.addObject().putObject("SpecialToken").put("id", token).put("type_id", typeId);
    }

    private static void sequence(ArrayNode template, String id, int typeId) {
        template.addObject().putObject("Sequence").put("id", id).put("type_id", typeId);
    }

    private static void model(ObjectNode node, BpeTrainer.Trained trained) {
        node.put("type", "BPE");
        node.putNull("dropout");
        node.putNull("unk_token");
        node.putNull("continuing_subword_prefix");
        node.putNull("end_of_word_suffix");
        node.put("fuse_unk", false);
        node.put("byte_fallback", false);
        node.put("ignore_merges", false);
        ObjectNode vocab = node.putObject("vocab");
        for (int id = 0; id < trained.tokens().size(); id++) {
            vocab.put(trained.tokens().get(id), id);
        }
        ArrayNode merges = node.putArray("merges");
        trained.merges().forEach(merge -> merges.add(merge.left() + " " + merge.right()));
    }
}
