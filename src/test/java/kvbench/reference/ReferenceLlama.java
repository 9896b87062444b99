package kvbench.reference;

import kvbench.model.LlamaConfig;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The definition of the model: a Llama without a cache, without batching, and with all arithmetic
 * in double precision.
 *
 * <p>Every call computes the whole sequence again. The context length is not enforced, and
 * end-of-sequence tokens mean nothing here. Meant for models of a few million parameters, whose
 * weights it keeps as doubles.
 *
 * <p>Sources: Touvron et al., LLaMA (arXiv 2302.13971); Zhang and Sennrich, RMSNorm (arXiv
 * 1910.07467); Shazeer, SwiGLU (arXiv 2002.05202); Ainslie et al., grouped-query attention (arXiv
 * 2305.13245). Weights have the names and the [out, in] order of Hugging Face.
 */
public final class ReferenceLlama {
    private final LlamaConfig config;
    private final Mask mask;
    private final ReferenceRope rope;
    private final double[][] embedding; // [vocab][hidden]
    private final List<Layer> layers;
    private final double[] norm; // [hidden]
    private final Projection outputHead; // hidden -> vocab
    private Cached cached = Cached.AS_COMPUTED;

    /** What is left of keys and values once they were cached. */
    public interface Cached {
        /** All of it. */
        Cached AS_COMPUTED =
                new Cached() {
                    @Override
                    public double[] key(int layer, double[] key) {
                        return key;
                    }

                    @Override
                    public double[] value(int layer, double[] value) {
                        return value;
                    }
                };

        /** A key after its rotation: [kvHeads * headDim]. */
        double[] key(int layer, double[] key);

        /** A value: [kvHeads * headDim]. */
        double[] value(int layer, double[] value);
    }

    /** Attends to what {@code cached} leaves of keys and values from now on. */
    public void cacheAs(Cached cached) {
        this.cached = cached;
    }

    /** Which tokens attend to which. */
    @FunctionalInterface
    public interface Mask {
        /** Whether the token at {@code query} attends to that at {@code key}, not after it. */
        boolean attends(int query, int key);
    }

    /**
     * Takes the weights that {@code config} asks for; each token attends to all up to itself.
     *
     * @param weights from a Hugging Face name to the tensor's elements
     * @throws IllegalArgumentException if a tensor has another number of elements than {@code
     *     config} gives it
     */
    public ReferenceLlama(LlamaConfig config, Function<String, float[]> weights) {
        this(config, weights, (query, key) -> true);
    }

    /**
     * Takes the weights that {@code config} asks for.
     *
     * @param weights from a Hugging Face name to the tensor's elements
     * @param mask each token attends at least to itself
     * @throws IllegalArgumentException if a tensor has another number of elements than {@code
     *     config} gives it
     */
    public ReferenceLlama(LlamaConfig config, Function<String, float[]> weights, Mask mask) {
        this.config = config;
        this.mask = mask;
        rope = new ReferenceRope(config);
        var read = new Weights(weights);
        int hidden = config.hiddenSize();
        int vocab = config.vocabSize();
        embedding = read.matrix("model.embed_tokens", vocab, hidden);
        layers =
                IntStream.range(0, config.layers())
                        .mapToObj(layer -> Layer.read(config, read, layer))
                        .toList();
        norm = read.vector("model.norm", hidden);
        outputHead =
                config.tiedEmbeddings()
                        ? new Projection(embedding)
                        : read.projection("lm_head", vocab, hidden);
    }

    /**
     * What follows each token: the scores of every next token, given the tokens up to and with this
     * one.
     *
     * @return [positions][vocab]
     * @throws IllegalArgumentException if a token is not in the vocabulary
     */
    public double[][] logits(int[] tokens) {
        return Arrays.stream(hiddenStates(tokens)).map(outputHead::apply).toArray(double[][]::new);
    }

    /**
     * The {@code n} tokens that follow {@code prompt} when always the highest logit wins, the
     * lowest id among equals.
     *
     * @throws IllegalArgumentException if the prompt is empty or a token is not in the vocabulary
     */
    public int[] greedy(int[] prompt, int n) {
        if (prompt.length == 0) {
            throw new IllegalArgumentException(
                    "expected a prompt of one token or more, found none");
        }
        int[] tokens = Arrays.copyOf(prompt, prompt.length + n);
        for (int length = prompt.length; length < tokens.length; length++) {
            double[][] states = hiddenStates(Arrays.copyOf(tokens, length));
            tokens[length] = argmax(outputHead.apply(states[length - 1]));
        }
        return Arrays.copyOfRange(tokens, prompt.length, tokens.length);
    }

    /** Index of the highest value, the lowest among equals. */
    public static int argmax(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    /** What the head reads: [positions][hidden]. */
    private double[][] hiddenStates(int[] tokens) {
        var residual = new double[tokens.length][]; // [positions][hidden]
        for (int position = 0; position < tokens.length; position++) {
            residual[position] = embed(tokens[position]);
        }
        for (Layer layer : layers) {
            add(residual, attention(layer, normalize(residual, layer.attentionNorm)));
            add(residual, mlp(layer, normalize(residual, layer.mlpNorm)));
        }
        return normalize(residual, norm);
    }

    private double[] embed(int token) {
        if (token < 0 || token >= config.vocabSize()) {
            throw new IllegalArgumentException(
                    "expected tokens from 0 to %d, found %d"
                            .formatted(config.vocabSize() - 1, token));
        }
        return embedding[token].clone();
    }

    /** RMSNorm: each vector is divided by its root mean square, then weighted. */
    private double[][] normalize(double[][] x, double[] weight) {
        var normalized = new double[x.length][weight.length];
        for (int position = 0; position < x.length; position++) {
            double squares = 0;
            for (double element : x[position]) {
                squares += element * element;
            }
            double rms = Math.sqrt(squares / weight.length + config.rmsNormEps());
            for (int i = 0; i < weight.length; i++) {
                normalized[position][i] = x[position][i] / rms * weight[i];
            }
        }
        return normalized;
    }

    /** Grouped-query attention of each position over itself and what came before. */
    private double[][] attention(Layer layer, double[][] x) {
        var keys = new double[x.length][]; // [positions][kvHeads * headDim]
        var values = new double[x.length][]; // [positions][kvHeads * headDim]
        var attended = new double[x.length][]; // [positions][hidden]
        for (int position = 0; position < x.length; position++) {
            double[] query = rope.rotate(layer.query.apply(x[position]), position);
            int number = layers.indexOf(layer);
            keys[position] =
                    cached.key(number, rope.rotate(layer.key.apply(x[position]), position));
            values[position] = cached.value(number, layer.value.apply(x[position]));

            var mixed = new double[config.queryWidth()];
            for (int head = 0; head < config.heads(); head++) {
                attend(head, query, keys, values, position, mixed);
            }
            attended[position] = layer.output.apply(mixed);
        }
        return attended;
    }

    /**
     * One query head: the values up to {@code position}, weighted by how well their keys fit.
     * Neighbouring query heads share a key and value head.
     */
    private void attend(
            int head,
            double[] query,
            double[][] keys,
            double[][] values,
            int position,
            double[] mixed) {
        int headDim = config.headDim();
        int queryStart = head * headDim;
        int kvStart = head / (config.heads() / config.kvHeads()) * headDim;

        var scores = new double[position + 1];
        for (int past = 0; past <= position; past++) {
            double dot = 0;
            for (int i = 0; i < headDim; i++) {
                dot += query[queryStart + i] * keys[past][kvStart + i];
            }
            scores[past] =
                    mask.attends(position, past)
                            ? dot / Math.sqrt(headDim)
                            : Double.NEGATIVE_INFINITY;
        }
        double[] shares = softmax(scores);
        for (int past = 0; past <= position; past++) {
            for (int i = 0; i < headDim; i++) {
                mixed[queryStart + i] += shares[past] * values[past][kvStart + i];
            }
        }
    }

    /** Shares that sum to 1; the maximum is taken off first, so that nothing overflows. */
    private static double[] softmax(double[] scores) {
        double max = scores[argmax(scores)];
        var shares = new double[scores.length];
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            shares[i] = Math.exp(scores[i] - max);
            sum += shares[i];
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    /** SwiGLU: down(silu(gate(x)) * up(x)). */
    private static double[][] mlp(Layer layer, double[][] x) {
        var out = new double[x.length][]; // [positions][hidden]
        for (int position = 0; position < x.length; position++) {
            double[] gate = layer.gate.apply(x[position]);
            double[] gated = layer.up.apply(x[position]);
            for (int i = 0; i < gated.length; i++) {
                double silu = gate[i] / (1 + Math.exp(-gate[i]));
                gated[i] *= silu;
            }
            out[position] = layer.down.apply(gated);
        }
        return out;
    }

    private static void add(double[][] residual, double[][] update) {
        for (int position = 0; position < residual.length; position++) {
            for (int i = 0; i < residual[position].length; i++) {
                residual[position][i] += update[position][i];
            }
        }
    }

    /** The weights of one transformer layer. */
    private record Layer(
            double[] attentionNorm,
            Projection query,
            Projection key,
            Projection value,
            Projection output,
            double[] mlpNorm,
            Projection gate,
            Projection up,
            Projection down) {

        static Layer read(LlamaConfig config, Weights weights, int layer) {
            String prefix = "model.layers." + layer + ".";
            int hidden = config.hiddenSize();
            int intermediate = config.intermediateSize();
            int queryWidth = config.queryWidth();
            int kvWidth = config.kvWidth();
            return new Layer(
                    weights.vector(prefix + "input_layernorm", hidden),
                    weights.projection(prefix + "self_attn.q_proj", queryWidth, hidden),
                    weights.projection(prefix + "self_attn.k_proj", kvWidth, hidden),
                    weights.projection(prefix + "self_attn.v_proj", kvWidth, hidden),
                    weights.projection(prefix + "self_attn.o_proj", hidden, queryWidth),
                    weights.vector(prefix + "post_attention_layernorm", hidden),
                    weights.projection(prefix + "mlp.gate_proj", intermediate, hidden),
                    weights.projection(prefix + "mlp.up_proj", intermediate, hidden),
                    weights.projection(prefix + "mlp.down_proj", hidden, intermediate));
        }
    }

    /** The named tensors, checked for their number of elements and widened to double. */
    private record Weights(Function<String, float[]> source) {

        double[] vector(String module, int length) {
            return matrix(module, 1, length)[0];
        }

        Projection projection(String module, int out, int in) {
            return new Projection(matrix(module, out, in));
        }

        /** Rows: [out][in]. */
        double[][] matrix(String module, int out, int in) {
            String name = module + ".weight";
            float[] elements = source.apply(name);
            if (elements.length != out * in) {
                throw new IllegalArgumentException(
                        "%s: expected %d x %d elements, found %d"
                                .formatted(name, out, in, elements.length));
            }
            var rows = new double[out][in];
            for (int i = 0; i < elements.length; i++) {
                rows[i / in][i % in] = elements[i];
            }
            return rows;
        }
    }
}
