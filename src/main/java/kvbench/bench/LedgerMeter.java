package kvbench.bench;

import kvbench.cache.KvCache;
import kvbench.generate.Generation;
import kvbench.generate.TurnMeter;
import kvbench.memory.Ledger;
import kvbench.memory.MemoryMeter;
import kvbench.profile.KvUse;
import kvbench.profile.SuiteMetrics;
import kvbench.profile.Watched;

/** The memory of turns, each with a cache of its own: as a ledger, and for the profiler kv. */
final class LedgerMeter implements TurnMeter {
    private static final String AREA = "ledger.";

    private final MemoryMeter meter;

    LedgerMeter(MemoryMeter meter) {
        this.meter = meter;
    }

    @Override
    public void begin() {
        meter.begin();
    }

    @Override
    public Ledger end(int turn, Generation answer, KvCache cache) {
        Ledger ledger = meter.end("turn " + turn, cache, answer.tokens().length);
        Watched.cache(
                new KvUse(
                        cache.heldBytes(),
                        (long) ledger.kvAnalytic().value(),
                        cache.copiedBytes()));
        return ledger;
    }

    /** Reports the lines of this iteration. */
    static void report(Ledger ledger) {
        ledger.lines()
                .forEach(
                        line ->
                                SuiteMetrics.report(
                                        AREA + line.name(), line.figure(), line.unit()));
    }
}
