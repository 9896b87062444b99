package kvbench.bench;

import kvbench.cache.KvCache;
import kvbench.generate.CacheUse;
import kvbench.generate.Turn;
import kvbench.generate.TurnMeter;
import kvbench.memory.DeviceLedger;
import kvbench.memory.Ledger;
import kvbench.memory.MemoryMeter;
import kvbench.model.KvGeometry;
import kvbench.profile.KvUse;
import kvbench.profile.SuiteMetrics;
import kvbench.profile.Watched;

import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The memory of turns: as a ledger, and for the profiler kv.
 *
 * <p>Reading the ledger walks over the process's pages, within what JMH times. So it is kept in
 * iterations that warm up, whose times count for nothing; the turns of measured iterations, which
 * do the same work, are given the ledger of the last warm-up.
 */
final class LedgerMeter implements TurnMeter {
    private static final String AREA = "ledger.";
    private static final Ledger NOT_KEPT =
            Ledger.unknown(
                    "the ledger is kept while a fork warms up, and there was no such iteration"
                            + " (-wi 0)");

    private final MemoryMeter meter;
    private final KvGeometry geometry;
    private final Map<Integer, Ledger> ofTurns = new HashMap<>();
    private final Map<Integer, DeviceLedger> ofTurnsOnDevice = new HashMap<>();
    private boolean isKept;

    LedgerMeter(MemoryMeter meter, KvGeometry geometry) {
        this.meter = meter;
        this.geometry = geometry;
    }

    /** An iteration begins. */
    void begin(IterationParams iteration) {
        isKept = iteration.getType() == IterationType.WARMUP;
    }

    @Override
    public void begin() {
        if (isKept) {
            meter.begin();
        }
    }

    @Override
    public Ledger end(Turn turn, KvCache cache) {
        if (isKept) {
            int tokens = turn.generation().orElseThrow().tokens().length;
            ofTurns.put(turn.number(), meter.end("turn " + turn.number(), cache, tokens));
            meter.deviceLedger().ifPresent(ledger -> ofTurnsOnDevice.put(turn.number(), ledger));
        }
        Optional.ofNullable(ofTurnsOnDevice.get(turn.number())).ifPresent(Watched::deviceLedger);
        Watched.cache(
                new KvUse(
                        cache.heldBytes(),
                        geometry.bytes(cache.keptTokens()),
                        turn.cache().map(CacheUse::copiedBytes).orElseThrow()));
        return ofTurns.getOrDefault(turn.number(), NOT_KEPT);
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
