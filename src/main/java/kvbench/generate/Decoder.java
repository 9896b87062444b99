package kvbench.generate;

import kvbench.cache.KvCache;
import kvbench.cache.Step;
import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.model.LlamaConfig;
import kvbench.onnx.CacheInterface;
import kvbench.onnx.TensorNames;
import kvbench.ort.IoBinding;
import kvbench.ort.IoBinding.Port;
import kvbench.ort.MemoryPlace;
import kvbench.ort.OrtSession;
import kvbench.ort.OrtTensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Greedy decoding of one sequence at a time, over one session and the cache it is given. Not
 * thread-safe.
 *
 * <p>A step allocates nothing on the Java heap: the whole text, a mask of ones and the positions
 * lie in native memory once, and each run is given the part of them that it needs.
 */
public final class Decoder implements AutoCloseable {
    private static final int SEQUENCE_AXIS = 1;
    private static final long ALIGNMENT = 64;

    private final OrtSession session;
    private final MemoryPlace cpu = MemoryPlace.cpu();
    private final Arena arena = Arena.ofShared();
    private final int contextLength;
    private final int vocabSize;

    private final MemorySegment text; // token ids [contextLength]
    private final MemorySegment ones; // [contextLength]
    private final MemorySegment positions; // 0, 1, 2, ... [contextLength]
    private final MemorySegment logits; // of the latest token [vocabSize]

    private final OrtTensor inputIds = new OrtTensor(ElementType.INT64, 1, 0); // [batch, sequence]
    private final OrtTensor attentionMask =
            new OrtTensor(ElementType.INT64, 1, 0); // [batch, past + sequence]
    private final OrtTensor positionIds =
            new OrtTensor(ElementType.INT64, 1, 0); // [batch, sequence]
    private final OrtTensor logitsToKeep = new OrtTensor(ElementType.INT64); // scalar
    private final OrtTensor lastLogits; // [batch, 1, vocabulary]

    private final IoBinding binding;
    private final Port inputIdsPort;
    private final Port attentionMaskPort;
    private final Port positionIdsPort;
    private final Step step;
    private KvCache cache;

    /**
     * A decoder over {@code session}, which must outlive it.
     *
     * @param graph the interface that the session's graph has
     */
    public Decoder(OrtSession session, LlamaConfig config, CacheInterface graph) {
        this.session = session;
        contextLength = config.contextLength();
        vocabSize = config.vocabSize();
        text = longs(contextLength);
        ones = longs(contextLength);
        positions = longs(contextLength);
        logits = arena.allocate((long) vocabSize * Float.BYTES, ALIGNMENT);
        lastLogits = OrtTensor.over(logits, cpu, ElementType.FLOAT32, 1, 1, vocabSize);
        binding = IoBinding.of(session);
        inputIdsPort = binding.input(TensorNames.INPUT_IDS);
        attentionMaskPort = binding.input(TensorNames.ATTENTION_MASK);
        positionIdsPort = binding.input(TensorNames.POSITION_IDS);
        step = new Step(binding, graph == CacheInterface.NONE ? 0 : config.layers());
        try {
            fillAndBindWhatStays();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void fillAndBindWhatStays() {
        for (int i = 0; i < contextLength; i++) {
            ones.setAtIndex(ValueLayout.JAVA_LONG, i, 1);
            positions.setAtIndex(ValueLayout.JAVA_LONG, i, i);
        }
        logitsToKeep.view(cpu, ones.address());
        binding.input(TensorNames.NUM_LOGITS_TO_KEEP).bind(logitsToKeep);
        binding.output(TensorNames.LOGITS).bind(lastLogits);
    }

    /**
     * Begins a sequence in {@code cache}, or goes on with what it holds; it stays the caller's to
     * close.
     *
     * @throws IllegalArgumentException if the cache counts tokens of which it holds nothing: they
     *     are known only to the decoder that took them in
     */
    public void begin(KvCache cache) {
        if (cache.reusedTokens() < cache.length() && cache != this.cache) {
            throw new IllegalArgumentException(
                    "expected an empty cache, found one of %d tokens without their text"
                            .formatted(cache.length()));
        }
        this.cache = cache;
    }

    /** Tokens of the sequence so far that the cache knows. */
    public int length() {
        return cache.length();
    }

    /**
     * Takes in {@code tokens} in one pass, after what the sequence has already.
     *
     * @return the most likely next token, not yet part of the sequence
     */
    public int prefill(int[] tokens) {
        append(tokens);
        return advance(tokens.length);
    }

    /** Takes in one token, and answers the most likely next one. */
    public int step(int token) {
        append(token);
        return advance(1);
    }

    /** Does what {@link #step} does, but leaves the sequence as it was. */
    public int probe(int token) {
        append(token);
        return runAndForget(1);
    }

    /** Does what {@link #prefill} does, but leaves the sequence as it was. */
    public int probe(int[] tokens) {
        append(tokens);
        return runAndForget(tokens.length);
    }

    /** Forgets all but the first {@code length} tokens of the sequence. */
    public void rewindTo(int length) {
        cache.rewindTo(length);
    }

    /** A copy of the latest token's scores: [vocabulary]. */
    public float[] logits() {
        return logits.toArray(ValueLayout.JAVA_FLOAT);
    }

    /** Writes tokens behind the sequence; a run makes them part of it. */
    private void append(int[] tokens) {
        if (tokens.length == 0) {
            throw new IllegalArgumentException(
                    "expected at least one token to take in, found none");
        }
        requireRoom(tokens.length);
        for (int i = 0; i < tokens.length; i++) {
            text.setAtIndex(ValueLayout.JAVA_LONG, cache.length() + i, tokens[i]);
        }
    }

    private void append(int token) {
        requireRoom(1);
        text.setAtIndex(ValueLayout.JAVA_LONG, cache.length(), token);
    }

    private int runAndForget(int newTokens) {
        try {
            run(newTokens);
        } finally {
            cache.abandon();
        }
        return mostLikely();
    }

    private int advance(int newTokens) {
        try {
            run(newTokens);
        } catch (RuntimeException e) {
            cache.abandon();
            throw e;
        }
        cache.commit(newTokens);
        return mostLikely();
    }

    private void run(int newTokens) {
        int from = cache.reusedTokens();
        int to = cache.length() + newTokens;
        feed(inputIds, inputIdsPort, text, from, to);
        feed(positionIds, positionIdsPort, positions, from, to);
        feed(attentionMask, attentionMaskPort, ones, 0, to);
        cache.bind(step, newTokens);
        session.run(binding);
    }

    private void feed(OrtTensor tensor, Port port, MemorySegment values, int from, int to) {
        tensor.setDimension(SEQUENCE_AXIS, to - from);
        tensor.view(cpu, values.address() + from * ValueLayout.JAVA_LONG.byteSize());
        port.bind(tensor);
    }

    /**
     * The index of the highest score, the first of equals, as {@code torch.argmax} has it; like
     * that, a score that is not a number counts as the highest, so that none goes unseen.
     */
    private int mostLikely() {
        int best = 0;
        float highest = logits.getAtIndex(ValueLayout.JAVA_FLOAT, 0);
        for (int token = 1; token < vocabSize; token++) {
            float score = logits.getAtIndex(ValueLayout.JAVA_FLOAT, token);
            if (score > highest || Float.isNaN(score)) {
                highest = score;
                best = token;
            }
        }
        if (!(Math.abs(highest) <= Float.MAX_VALUE)) {
            throw InputException.unusable(
                    "expected finite scores from the model, found %s: its weights are broken. Get them again."
                            .formatted(highest));
        }
        return best;
    }

    private void requireRoom(int newTokens) {
        if (cache.length() + newTokens > contextLength) {
            throw new IllegalArgumentException(
                    "expected at most %d tokens, the model's context length, found %d"
                            .formatted(contextLength, cache.length() + newTokens));
        }
    }

    private MemorySegment longs(long count) {
        return arena.allocate(ValueLayout.JAVA_LONG.byteSize() * count, ALIGNMENT);
    }

    @Override
    public void close() {
        binding.close();
        lastLogits.close();
        logitsToKeep.close();
        positionIds.close();
        attentionMask.close();
        inputIds.close();
        cpu.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
