package kvbench.generate;

import kvbench.cache.KvCache;
import kvbench.cache.Step;
import kvbench.device.Device;
import kvbench.model.LlamaConfig;
import kvbench.onnx.GraphForm;
import kvbench.ort.IoBinding;
import kvbench.ort.OrtSession;

/**
 * Greedy decoding of one sequence at a time, over one session and the cache it is given. Not
 * thread-safe.
 *
 * <p>A step allocates nothing on the Java heap.
 */
public final class Decoder implements AutoCloseable {
    private final int contextLength;
    private final IoBinding binding;
    private final Feed feed;
    private final Runs runs;
    private final Step step;
    private KvCache cache;
    private int capacity; // of the cache, 0 where it has none

    /**
     * A decoder over {@code session}, which must outlive it, as must {@code device}.
     *
     * @param form of the session's graph
     * @param running how steps are run; only a graph that is fed lengths can be replayed
     */
    public Decoder(
            OrtSession session,
            Device device,
            LlamaConfig config,
            GraphForm form,
            Running running) {
        contextLength = config.contextLength();
        binding = IoBinding.of(session);
        runs = new Runs(session, binding, running);
        step = new Step(binding, form.cache().isCached() ? config.layers() : 0);
        try {
            feed =
                    switch (form.feeding()) {
                        case MASK -> new MaskFeed(device, binding, config, form);
                        case LENGTHS -> new LengthsFeed(device, binding, config, form);
                    };
        } catch (RuntimeException e) {
            runs.close();
            binding.close();
            throw e;
        }
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
        if (cache != this.cache) {
            runs.begin();
        }
        this.cache = cache;
        // Asked once: a step allocates nothing.
        capacity = Math.min(cache.capacity().orElse(0), contextLength);
    }

    /** Tokens of the sequence so far that the cache knows. */
    public int length() {
        return cache.length();
    }

    /** Tokens of the sequence so far that a pass takes in again: none where they are cached. */
    public int uncachedTokens() {
        return cache.length() - cache.reusedTokens();
    }

    /**
     * Takes in {@code tokens} in one pass, after what the sequence has already.
     *
     * @return the most likely next token, not yet part of the sequence
     */
    public int prefill(int[] tokens) {
        return prefill(tokens, 0);
    }

    /** As {@link #prefill(int[])}, with those of {@code tokens} from number {@code from} on. */
    public int prefill(int[] tokens, int from) {
        append(tokens, from);
        return advance(tokens.length - from);
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
        append(tokens, 0);
        return runAndForget(tokens.length);
    }

    /** Whether {@link #rewindTo} can: what is needed for that was not evicted. */
    public boolean canRewindTo(int length) {
        return cache.canRewindTo(length);
    }

    /**
     * Forgets all but the first {@code length} tokens of the sequence.
     *
     * @throws IllegalStateException if tokens that those after them attend to were evicted
     */
    public void rewindTo(int length) {
        cache.rewindTo(length);
    }

    /** A copy of the latest token's scores: [vocabulary]. */
    public float[] logits() {
        return feed.logits();
    }

    /**
     * What it took to record a step over this cache for replaying, in nanoseconds; 0 where nothing
     * was recorded. It is part of the first step's time.
     */
    public long recordingNanos() {
        return runs.recordingNanos();
    }

    /** Tells {@code watch} of each recording from now on. */
    public void watch(RecordingWatch watch) {
        runs.watch(watch);
    }

    /** Writes tokens behind the sequence; a run makes them part of it. */
    private void append(int[] tokens, int from) {
        int count = tokens.length - from;
        if (count == 0) {
            throw new IllegalArgumentException(
                    "expected at least one token to take in, found none");
        }
        requireRoom(count);
        for (int i = 0; i < count; i++) {
            feed.write(cache.length() + i, tokens[from + i]);
        }
    }

    private void append(int token) {
        requireRoom(1);
        feed.write(cache.length(), token);
    }

    private int runAndForget(int newTokens) {
        try {
            run(newTokens);
            cache.ran(newTokens);
            return feed.mostLikely();
        } finally {
            cache.abandon();
        }
    }

    private int advance(int newTokens) {
        int next;
        try {
            run(newTokens);
            cache.ran(newTokens);
            next = feed.mostLikely();
        } catch (RuntimeException e) {
            cache.abandon();
            throw e;
        }
        cache.commit(newTokens);
        return next;
    }

    private void run(int newTokens) {
        if (newTokens == 1 && runs.areReplayed()) {
            // Bound first: a full cache says so before anything is written.
            cache.bind(step, newTokens);
            feed.bindInPlace(cache.length(), capacity);
            runs.replay(feed);
        } else {
            cache.bind(step, newTokens);
            feed.bind(cache.reusedTokens(), cache.length() + newTokens, cache.pastRows());
            runs.run();
        }
    }

    private void requireRoom(int newTokens) {
        if (cache.length() + newTokens > contextLength) {
            throw new IllegalArgumentException(
                    "expected at most %d tokens, the model's context length, found %d"
                            .formatted(contextLength, cache.length() + newTokens));
        }
    }

    @Override
    public void close() {
        runs.close();
        binding.close();
        feed.close();
    }
}
