package kvbench.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

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

    /**
     * No published Llama comes near these limits; a config beyond them is a mistake or an attack.
     * Within them every count of weights or bytes of one sequence fits a {@code long}.
     */
    private static final int LARGEST_WIDTH = 1 << 20;

    private static final int LARGEST_COUNT = 1 << 24;

    private static final int MOST_LAYERS = 4096;

    /** ONNX Runtime's GroupQueryAttention takes no other widths of a head. */
    private static final int HEAD_DIM_STEP = 8;

    private static final Set<String> UNSCALED_ROPE = Set.of("default", "");

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

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
            root = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw InputException.unusable(
                    "%s: expected a JSON object, found text that is not JSON (%s). Get the file again."
                            .formatted(source, InputException.quote(e.getOriginalMessage())),
                    e);
        }
        if (!root.isObject()) {
            throw InputException.unusable(
                    "%s: expected a JSON object, found %s. Get the file again."
                            .formatted(
                                    source,
                                    root.isMissingNode()
                                            ? "an empty file"
                                            : InputException.quote(root.toString())));
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
            int hiddenSize = size("hidden_size", LARGEST_WIDTH);
            int heads = size("num_attention_heads", LARGEST_WIDTH);
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
                    size("intermediate_size", LARGEST_WIDTH),
                    size("num_hidden_layers", MOST_LAYERS),
                    heads,
                    kvHeads,
                    headDim(hiddenSize, heads),
                    size("vocab_size", LARGEST_COUNT),
                    size("max_position_embeddings", LARGEST_COUNT),
                    positive(root, "rms_norm_eps", 1e-6),
                    rope(),
                    flag("tie_word_embeddings"),
                    tokenIds("bos_token_id").stream().mapToInt(Integer::intValue).findFirst(),
                    tokenIds("eos_token_id"));
        }

        private void requireLlama() {
            JsonNode modelType = root.path("model_type");
            requireThat(
                    modelType.asText().equals("llama"),
                    "\"model_type\": \"llama\"",
                    modelType.isMissingNode() ? "none" : modelType.toString());
            JsonNode activation = root.path("hidden_act");
            requireThat(
                    isAbsent(activation) || activation.asText().equals("silu"),
                    "\"hidden_act\": \"silu\"",
                    activation.toString());
            requireThat(!flag("attention_bias"), "\"attention_bias\": false", "true");
            requireThat(!flag("mlp_bias"), "\"mlp_bias\": false", "true");
        }

        private int headDim(int hiddenSize, int heads) {
            int headDim;
            if (root.hasNonNull("head_dim")) {
                headDim = size("head_dim", LARGEST_WIDTH / heads);
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
            String field = isAbsent(parameters) ? "rope_scaling" : "rope_parameters";
            JsonNode scaling = root.path(field);
            if (isAbsent(scaling)) {
                return new Rope(theta, Optional.empty());
            }
            requireThat(
                    scaling.isObject(),
                    "\"" + field + "\" to be an object or null",
                    scaling.toString());
            String type = scaling.path("rope_type").asText(scaling.path("type").asText(""));
            if (UNSCALED_ROPE.contains(type)) {
                return new Rope(theta, Optional.empty());
            }
            requireThat(
                    type.equals("llama3"),
                    "rope scaling \"llama3\" or none",
                    "\"" + type + "\", which this suite does not compute");
            return new Rope(theta, Optional.of(llama3Scaling(scaling)));
        }

        private Rope.Llama3Scaling llama3Scaling(JsonNode scaling) {
            double lowFreqFactor = positive(scaling, "low_freq_factor", 1);
            double highFreqFactor = positive(scaling, "high_freq_factor", 4);
            requireThat(
                    lowFreqFactor < highFreqFactor,
                    "\"low_freq_factor\" below \"high_freq_factor\"",
                    lowFreqFactor + " and " + highFreqFactor);
            return new Rope.Llama3Scaling(
                    positive(scaling, "factor", 8),
                    lowFreqFactor,
                    highFreqFactor,
                    scaling.hasNonNull("original_max_position_embeddings")
                            ? size(scaling, "original_max_position_embeddings", LARGEST_COUNT)
                            : size("max_position_embeddings", LARGEST_COUNT));
        }

        private int size(String field, int most) {
            return size(root, field, most);
        }

        private int size(JsonNode parent, String field, int most) {
            JsonNode node = parent.path(field);
            requireThat(!isAbsent(node), "\"" + field + "\"", "none");
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
            if (isAbsent(node)) {
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
                    isAbsent(node) || node.isBoolean(),
                    "\"" + field + "\" to be true or false",
                    node.toString());
            return node.asBoolean(false);
        }

        private List<Integer> tokenIds(String field) {
            JsonNode node = root.path(field);
            var ids = new ArrayList<Integer>();
            boolean allAreIds = true;
            for (JsonNode id : node.isArray() ? node : List.of(node)) {
                if (isAbsent(id)) {
                    continue;
                }
                allAreIds &= id.isIntegralNumber() && id.canConvertToInt() && id.intValue() >= 0;
                ids.add(id.intValue());
            }
            requireThat(allAreIds, "\"" + field + "\" to hold token ids", node.toString());
            return ids;
        }

        /** Hugging Face writes null for what a model does not have. */
        private static boolean isAbsent(JsonNode node) {
            return node.isMissingNode() || node.isNull();
        }

        private void requireThat(boolean holds, String expected, String found) {
            if (!holds) {
                throw InputException.unusable(
                        "%s: expected %s, found %s. Use a Llama's config.json (models list names those at hand)."
                                .formatted(source, expected, InputException.quote(found)));
            }
        }
    }
}
