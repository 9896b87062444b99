package kvbench.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The shape of a Llama, read from a Hugging Face {@code config.json}.
 *
 * @param hiddenSize width of the residual stream ({@code hidden_size})
 * @param intermediateSize width inside the MLP ({@code intermediate_size})
 * @param layers transformer layers ({@code num_hidden_layers})
 * @param heads query heads ({@code num_attention_heads})
 * @param kvHeads key and value heads ({@code num_key_value_heads})
 * @param headDim elements of one head ({@code head_dim}, or hiddenSize / heads)
 * @param vocabSize rows of the embedding ({@code vocab_size})
 * @param contextLength the model's own maximum ({@code max_position_embeddings})
 * @param rmsNormEps added under the root of each normalisation ({@code rms_norm_eps})
 * @param rope rotary position embedding
 * @param tiedEmbeddings whether the output head is the embedding ({@code tie_word_embeddings})
 * @param bosTokenId begin-of-sequence token ({@code bos_token_id})
 * @param eosTokenIds end-of-sequence tokens ({@code eos_token_id}: none, one or a list)
 */
public record LlamaConfig(
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        int vocabSize,
        int contextLength,
        double rmsNormEps,
        Rope rope,
        boolean tiedEmbeddings,
        OptionalInt bosTokenId,
        List<Integer> eosTokenIds) {

    /** No published Llama comes near; a config beyond it is a mistake or an attack. */
    private static final int LARGEST_SIZE = 1 << 24;

    private static final int MOST_LAYERS = 4096;

    /** ONNX Runtime's GroupQueryAttention takes no other widths of a head. */
    private static final int HEAD_DIM_STEP = 8;

    private static final Set<String> UNSCALED_ROPE = Set.of("default", "");

    public LlamaConfig {
        eosTokenIds = List.copyOf(eosTokenIds);
    }

    /**
     * Reads a {@code config.json}.
     *
     * @param json the file's text
     * @param source the file's name, for messages
     * @throws InputException if the text is not JSON, not a Llama's, or asks for what this suite
     *     cannot run
     */
    public static LlamaConfig parse(String json, String source) {
        JsonNode root;
        try {
            root = new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw InputException.unusable(
                    "%s: expected a JSON object, found text that is not JSON (%s). Get the file again."
                            .formatted(source, e.getOriginalMessage()),
                    e);
        }
        if (!root.isObject()) {
            throw InputException.unusable(
                    "%s: expected a JSON object, found %s. Get the file again."
                            .formatted(
                                    source,
                                    root.isMissingNode() ? "an empty file" : root.getNodeType()));
        }
        return new Fields(root, source).config();
    }

    /** Geometry of a cache whose elements have {@code type}. */
    public KvGeometry kvGeometry(ElementType type) {
        return new KvGeometry(layers, kvHeads, headDim, type);
    }

    /** Width of all query heads together. */
    public int queryWidth() {
        return heads * headDim;
    }

    /** Width of all key heads together, which is also that of all value heads. */
    public int kvWidth() {
        return kvHeads * headDim;
    }

    /** Number of weights, a tied head counted once. */
    public long parameters() {
        long attention = 2L * hiddenSize * queryWidth() + 2L * hiddenSize * kvWidth();
        long mlp = 3L * hiddenSize * intermediateSize;
        long norms = 2L * hiddenSize;
        long embedding = (long) vocabSize * hiddenSize;
        return layers * (attention + mlp + norms)
                + hiddenSize
                + embedding * (tiedEmbeddings ? 1 : 2);
    }

    /** Reads the fields of one file, naming the file and the field in each complaint. */
    private record Fields(JsonNode root, String source) {

        LlamaConfig config() {
            requireLlama();
            int hiddenSize = size("hidden_size", LARGEST_SIZE);
            int heads = size("num_attention_heads", LARGEST_SIZE);
            int kvHeads =
                    root.hasNonNull("num_key_value_heads")
                            ? size("num_key_value_heads", heads)
                            : heads;
            requireThat(
                    heads % kvHeads == 0,
                    "num_attention_heads to be a multiple of num_key_value_heads",
                    heads + " and " + kvHeads);
            return new LlamaConfig(
                    hiddenSize,
                    size("intermediate_size", LARGEST_SIZE),
                    size("num_hidden_layers", MOST_LAYERS),
                    heads,
                    kvHeads,
                    headDim(hiddenSize, heads),
                    size("vocab_size", LARGEST_SIZE),
                    size("max_position_embeddings", LARGEST_SIZE),
                    positive(root, "rms_norm_eps", 1e-6),
                    rope(),
                    flag("tie_word_embeddings"),
                    tokenIds("bos_token_id").stream().mapToInt(Integer::intValue).findFirst(),
                    tokenIds("eos_token_id"));
        }

        private void requireLlama() {
            String modelType = root.path("model_type").asText("");
            requireThat(
                    modelType.equals("llama"),
                    "\"model_type\": \"llama\"",
                    modelType.isEmpty() ? "none" : "\"" + modelType + "\"");
            String activation = root.path("hidden_act").asText("silu");
            requireThat(
                    activation.equals("silu"),
                    "\"hidden_act\": \"silu\"",
                    "\"" + activation + "\"");
            requireThat(!flag("attention_bias"), "\"attention_bias\": false", "true");
            requireThat(!flag("mlp_bias"), "\"mlp_bias\": false", "true");
        }

        private int headDim(int hiddenSize, int heads) {
            int headDim;
            if (root.hasNonNull("head_dim")) {
                headDim = size("head_dim", LARGEST_SIZE);
            } else {
                requireThat(
                        hiddenSize % heads == 0,
                        "hidden_size to be a multiple of num_attention_heads where head_dim is not"
                                + " given",
                        hiddenSize + " and " + heads);
                headDim = hiddenSize / heads;
            }
            requireThat(
                    headDim % HEAD_DIM_STEP == 0,
                    "head_dim to be a multiple of " + HEAD_DIM_STEP,
                    "" + headDim);
            return headDim;
        }

        /**
         * Theta and scaling stand in {@code rope_parameters} since transformers 5, in two fields
         * before.
         */
        private Rope rope() {
            JsonNode parameters = root.path("rope_parameters");
            double theta =
                    parameters.hasNonNull("rope_theta")
                            ? positive(parameters, "rope_theta", 10_000)
                            : positive(root, "rope_theta", 10_000);
            JsonNode scaling = parameters.isObject() ? parameters : root.path("rope_scaling");
            if (!scaling.isObject()) {
                return new Rope(theta, Optional.empty());
            }
            String type = scaling.path("rope_type").asText(scaling.path("type").asText(""));
            if (UNSCALED_ROPE.contains(type)) {
                return new Rope(theta, Optional.empty());
            }
            requireThat(
                    type.equals("llama3"),
                    "rope scaling \"llama3\" or none",
                    "\"" + type + "\", which this suite does not compute");
            return new Rope(
                    theta,
                    Optional.of(
                            new Rope.Llama3Scaling(
                                    positive(scaling, "factor", 8),
                                    positive(scaling, "low_freq_factor", 1),
                                    positive(scaling, "high_freq_factor", 4),
                                    (int)
                                            positive(
                                                    scaling,
                                                    "original_max_position_embeddings",
                                                    size(
                                                            "max_position_embeddings",
                                                            LARGEST_SIZE)))));
        }

        private int size(String field, int most) {
            JsonNode node = root.path(field);
            requireThat(!node.isMissingNode() && !node.isNull(), "\"" + field + "\"", "none");
            requireThat(
                    node.isIntegralNumber()
                            && node.canConvertToInt()
                            && node.intValue() >= 1
                            && node.intValue() <= most,
                    "\"" + field + "\" to be a whole number from 1 to " + most,
                    node.toString());
            return node.intValue();
        }

        private double positive(JsonNode parent, String field, double otherwise) {
            JsonNode node = parent.path(field);
            if (node.isMissingNode() || node.isNull()) {
                return otherwise;
            }
            requireThat(
                    node.isNumber()
                            && node.doubleValue() > 0
                            && Double.isFinite(node.doubleValue()),
                    "\"" + field + "\" to be a positive number",
                    node.toString());
            return node.doubleValue();
        }

        private boolean flag(String field) {
            JsonNode node = root.path(field);
            requireThat(
                    node.isMissingNode() || node.isNull() || node.isBoolean(),
                    "\"" + field + "\" to be true or false",
                    node.toString());
            return node.asBoolean(false);
        }

        private List<Integer> tokenIds(String field) {
            JsonNode node = root.path(field);
            var ids = new ArrayList<Integer>();
            for (JsonNode id : node.isArray() ? node : List.of(node)) {
                if (id.isMissingNode() || id.isNull()) {
                    continue;
                }
                requireThat(
                        id.isIntegralNumber() && id.canConvertToInt() && id.intValue() >= 0,
                        "\"" + field + "\" to hold token ids",
                        node.toString());
                ids.add(id.intValue());
            }
            return ids;
        }

        private void requireThat(boolean holds, String expected, String found) {
            if (!holds) {
                throw InputException.unusable(
                        "%s: expected %s, found %s. Use a Llama's config.json (models list names those at hand)."
                                .formatted(source, expected, found));
            }
        }
    }
}
