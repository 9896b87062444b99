package kvbench.bench;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.generate.Decoder;
import kvbench.generate.Turn;
import kvbench.generate.TurnMeter;
import kvbench.memory.Ledger;
import kvbench.profile.SuiteMetrics;

import java.util.concurrent.TimeUnit;

/**
 * What it took to record decode steps as CUDA graphs, once for each cache.
 *
 * <p>It is part of the time of a cache's first step. A strategy that replays nothing has no such
 * figure; one whose caches took no step in an iteration (an answer of one token) has NaN.
 */
final class GraphRecording {
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final CacheStrategy strategy;
    private final Decoder decoder;
    private long nanos;
    private int caches;
    private long counted; // of the cache that served last

    GraphRecording(CacheStrategy strategy, Decoder decoder) {
        this.strategy = strategy;
        this.decoder = decoder;
    }

    /** An iteration begins. */
    void begin() {
        nanos = 0;
        caches = 0;
    }

    /** The decoder's cache has served; another may follow. */
    void count() {
        long now = decoder.recordingNanos();
        // A cache that is kept from turn to turn is recorded over once.
        if (now > 0 && now != counted) {
            nanos += now;
            caches++;
        }
        counted = now;
    }

    /** {@code meter}, at the end of whose turns the cache of each is counted. */
    TurnMeter during(TurnMeter meter) {
        return new TurnMeter() {
            @Override
            public void begin() {
                meter.begin();
            }

            @Override
            public Ledger end(Turn turn, KvCache cache) {
                count();
                return meter.end(turn, cache);
            }
        };
    }

    /** The iteration is over: reports the mean over its caches. */
    void report() {
        if (strategy.isReplayed()) {
            SuiteMetrics.report("graph.record", nanos / NANOS_PER_MILLI / caches, "ms");
        }
    }
}
