package kvbench.generate;

import kvbench.cache.KvCache;
import kvbench.memory.Ledger;

/** Measures the memory of each turn, outside the clock of its answer. */
public interface TurnMeter {
    /** A turn begins; its clock does not run yet. */
    void begin();

    /**
     * A turn was answered: its clock has stopped, and its cache is still there. Not called for a
     * turn that failed.
     *
     * @param turn what it came to, without its ledger
     */
    Ledger end(Turn turn, KvCache cache);
}
