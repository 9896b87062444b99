package kvbench.plan;

import kvbench.cache.CacheStrategy;
import kvbench.matrix.Stretch;
import kvbench.model.ElementType;
import kvbench.model.KvGeometry;
import kvbench.model.LlamaConfig;

/**
 * How fast a model runs with one strategy.
 *
 * @param startSeconds to start a fork, load the model and end
 * @param pass of a whole prompt from an empty cache
 * @param step of one token, by the tokens cached and itself
 */
record Rates(double startSeconds, Curve pass, Curve step) {
    /** To start a fork that loads no model, or a small one, and to end it. */
    private static final double SECONDS_PER_FORK = 1.5;

    private static final Curve NOTHING = new Curve(0, 0, 0);

    /** Of a fork that runs no model. */
    static final Rates OF_NO_MODEL = new Rates(SECONDS_PER_FORK, NOTHING, NOTHING);

    // What follows was measured on two cores of a small server, on models of 6 million and of 1.2
    // billion weights.

    /** To read one weight, which each run does once. */
    private static final double SECONDS_PER_WEIGHT_READ = 1.3e-10;

    /** For one token of a prompt to pass one weight. */
    private static final double SECONDS_PER_WEIGHT = 7e-12;

    /** For one token of a prompt to attend to another, for each element of all query heads. */
    private static final double SECONDS_PER_ATTENDED_ELEMENT = 4.8e-11;

    /** For a step to read one byte of a cache that stays where it is. */
    private static final double SECONDS_PER_CACHED_BYTE = 7e-11;

    /** For a step to read it and to write it elsewhere. */
    private static final double SECONDS_PER_COPIED_BYTE = 1.7e-10;

    /** What a small machine gives, as long as nothing was measured on this one. */
    static Rates assumed(LlamaConfig config, ElementType type, CacheStrategy strategy) {
        double weights = config.parameters();
        double read = weights * SECONDS_PER_WEIGHT_READ;
        double queries = (double) config.layers() * config.queryWidth();
        var pass =
                new Curve(
                        read, weights * SECONDS_PER_WEIGHT, queries * SECONDS_PER_ATTENDED_ELEMENT);
        return new Rates(
                SECONDS_PER_FORK, pass, step(strategy, pass, read, bytes(config, type, strategy)));
    }

    /** Bytes of cache that a step reads per token of the text: less where some are evicted. */
    private static double bytes(LlamaConfig config, ElementType type, CacheStrategy strategy) {
        KvGeometry geometry = config.kvGeometry(type);
        long tokens = config.contextLength();
        double all = geometry.bytes(tokens);
        double held = strategy.heldBytes(geometry, tokens, tokens);
        return Math.min(all, held) / tokens;
    }

    private static Curve step(CacheStrategy strategy, Curve pass, double read, double bytes) {
        if (strategy == CacheStrategy.NONE) {
            return pass;
        }
        return new Curve(
                read,
                bytes * (strategy.copiesPast() ? SECONDS_PER_COPIED_BYTE : SECONDS_PER_CACHED_BYTE),
                0);
    }

    /** Seconds that a stretch takes. */
    double seconds(Stretch stretch) {
        long prompted = stretch.cached() + stretch.promptTokens();
        // What is cached is read, or copied, once for the whole pass.
        double prompt =
                stretch.promptTokens() == 0
                        ? 0
                        : pass.after(stretch.cached(), prompted) + step.linear() * stretch.cached();
        return prompt + step.sum(prompted + 1.0, stretch.steps());
    }
}
