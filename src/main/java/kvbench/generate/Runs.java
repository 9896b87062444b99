package kvbench.generate;

import kvbench.ort.IoBinding;
import kvbench.ort.OrtSession;
import kvbench.ort.RunOptions;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes the runs of one session over one binding, plainly or replayed. None of them waits for a
 * device: who reads a result does. Not thread-safe: recording and replaying want one thread.
 *
 * <p>Source: {@code onnxruntime_run_options_config_keys.h}.
 */
final class Runs implements AutoCloseable {
    private static final String GRAPH_ID = "gpu_graph_id";

    /** As this id, a run neither records nor replays. */
    private static final String NO_GRAPH = "-1";

    private static final String NOT_WAITING = "disable_synchronize_execution_providers";

    /** Of this process, so that no two sessions share one. The runtime keeps 0 for itself. */
    private static final AtomicInteger LAST_GRAPH_ID = new AtomicInteger();

    /**
     * Of the largest score: what two runs of the same kernels may differ by, where these add up in
     * another order.
     */
    private static final double TOLERANCE = 1.0 / 256;

    private final OrtSession session;
    private final IoBinding binding;
    private final Running running;
    private final RunOptions plain = RunOptions.create().config(NOT_WAITING, "1");
    private Optional<RunOptions> recording = Optional.empty();
    private RecordingWatch watch = RecordingWatch.NONE;
    private long recordingNanos;

    Runs(OrtSession session, IoBinding binding, Running running) {
        this.session = session;
        this.binding = binding;
        this.running = running;
        if (running == Running.REPLAYED) {
            plain.config(GRAPH_ID, NO_GRAPH);
        }
    }

    /** Another cache: what was recorded over the last one is not replayed any more. */
    void begin() {
        recording.ifPresent(RunOptions::close);
        recording = Optional.empty();
        recordingNanos = 0;
    }

    /** Tells {@code watch} of each recording from now on. */
    void watch(RecordingWatch watch) {
        this.watch = watch;
    }

    /** Whether decode steps are to be replayed: bound in place. */
    boolean areReplayed() {
        return running == Running.REPLAYED;
    }

    /**
     * What it took to record a step over this cache, in nanoseconds, with what a watch took; 0
     * before, and where none is.
     */
    long recordingNanos() {
        return recordingNanos;
    }

    /** Runs what is bound. */
    void run() {
        session.run(binding, plain);
    }

    /**
     * Replays the decode step that is bound in place; records it first, once for a cache.
     *
     * <p>To record, the step is run plainly, for its scores; then ONNX Runtime runs it as often as
     * it takes to have all memory at hand, and records it; then the recording is replayed and held
     * against the plain run. Each of these computes the same step and writes the same rows of the
     * cache.
     *
     * @throws IllegalStateException if the first replay does not compute what the plain run did
     */
    void replay(Feed feed) {
        if (recording.isEmpty()) {
            long start = System.nanoTime();
            record(feed);
            recordingNanos = System.nanoTime() - start;
        } else {
            session.run(binding, recording.get());
        }
    }

    private void record(Feed feed) {
        run();
        float[] expected = feed.logits();
        watch.begins();
        RunOptions options =
                RunOptions.create()
                        .config(NOT_WAITING, "1")
                        .config(GRAPH_ID, Integer.toString(LAST_GRAPH_ID.incrementAndGet()));
        try {
            session.run(binding, options);
            session.run(binding, options);
            float[] found = feed.logits();
            watch.ended();
            requireSame(expected, found);
        } catch (RuntimeException e) {
            options.close();
            throw e;
        }
        // What was not held against a plain run is never replayed.
        recording = Optional.of(options);
    }

    static void requireSame(float[] expected, float[] found) {
        float largest = 0;
        for (float score : expected) {
            largest = Math.max(largest, Math.abs(score));
        }
        for (int token = 0; token < expected.length; token++) {
            if (!(Math.abs(expected[token] - found[token]) <= TOLERANCE * largest)) {
                throw new IllegalStateException(
                        "expected the recorded step to compute what it computes when it is run, found a score of %s for token %d in place of %s: use static, which records nothing"
                                .formatted(found[token], token, expected[token]));
            }
        }
    }

    @Override
    public void close() {
        begin();
        plain.close();
    }
}
