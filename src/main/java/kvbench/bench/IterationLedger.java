package kvbench.bench;

import kvbench.cache.KvCache;
import kvbench.memory.Ledger;
import kvbench.memory.MemoryMeter;
import kvbench.profile.KvUse;
import kvbench.profile.Watched;

/** The memory of an iteration whose calls all work on one cache, which outlives it. */
final class IterationLedger {
    private final MemoryMeter meter;
    private final KvCache cache;
    private long copiedBefore;
    private long tokens;

    IterationLedger(MemoryMeter meter, KvCache cache) {
        this.meter = meter;
        this.cache = cache;
    }

    /** An iteration begins. */
    void begin() {
        copiedBefore = cache.copiedBytes();
        tokens = 0;
        meter.begin();
    }

    /** A call generates a token. */
    void count() {
        tokens++;
    }

    /** The iteration is over: reports its ledger, and tells profilers of the cache and tokens. */
    void report() {
        Ledger ledger = meter.end("iteration", cache, tokens);
        LedgerMeter.report(ledger);
        meter.deviceLedger().ifPresent(Watched::deviceLedger);
        Watched.tokens(tokens);
        Watched.cache(
                new KvUse(
                        cache.heldBytes(),
                        (long) ledger.kvAnalytic().value(),
                        cache.copiedBytes() - copiedBefore));
    }
}
