package kvbench.verify;

import kvbench.cache.CacheStrategy;
import kvbench.engine.Engine;
import kvbench.model.InputException;

import java.util.ArrayList;
import java.util.List;

/** Holds strategies against {@link CacheStrategy#NONE} on one model. */
public final class Verification {
    private final Engine engine;
    private final Script script;

    /**
     * A verification on one script.
     *
     * @throws InputException if it does not fit into the model's context
     */
    public Verification(Engine engine, Script script) {
        this.engine = engine;
        this.script = script;
        long length = script.length();
        if (length > engine.config().contextLength()) {
            throw InputException.wrongUse(
                    "expected prompts and answers of at most %d tokens, the context length of %s, found %d. Ask for fewer with --max-new-tokens."
                            .formatted(
                                    engine.config().contextLength(),
                                    engine.model().name(),
                                    length));
        }
    }

    /**
     * One row per strategy, in the order given; the reference itself agrees with itself only if it
     * is deterministic.
     */
    public List<Agreement> run(List<CacheStrategy> strategies) {
        return run(strategies, this);
    }

    /**
     * As {@link #run(List)}, held against what {@code reference} says without a cache: the same
     * model and script on another provider, say.
     */
    public List<Agreement> run(List<CacheStrategy> strategies, Verification reference) {
        Transcript expected = reference.transcript(CacheStrategy.NONE);
        var rows = new ArrayList<Agreement>();
        for (CacheStrategy strategy : strategies) {
            rows.add(Agreement.of(strategy, transcript(strategy), expected));
        }
        return rows;
    }

    private Transcript transcript(CacheStrategy strategy) {
        return Transcript.of(engine, strategy, engine::cache, script);
    }
}
