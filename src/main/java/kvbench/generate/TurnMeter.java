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
     * @param turn its number, from 1
     * @param answer what was generated
     */
    Ledger end(int turn, Generation answer, KvCache cache);
}
