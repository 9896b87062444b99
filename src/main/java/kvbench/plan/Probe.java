package kvbench.plan;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.engine.Engine;
import kvbench.generate.Decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Finds out how fast a strategy runs here, by running it for about a second, or for two passes
 * where those take longer: passes of ever more tokens, and some steps after each.
 *
 * <p>Its figures are for planning. They are those of a process that has hardly warmed up, and of
 * few runs.
 */
final class Probe {
    /** After these, once a pass and its steps are over, no longer one is begun. */
    private static final double SECONDS_PER_STRATEGY = 1;

    private static final int FIRST_TOKENS = 64;
    private static final int FEWEST_STEPS = 2;
    private static final long STEPS_NANOS = TimeUnit.MILLISECONDS.toNanos(60);
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Engine engine;
    private final int longest;

    /**
     * @param longest tokens of the longest sequence that is of interest
     */
    Probe(Engine engine, long longest) {
        this.engine = engine;
        this.longest =
                (int)
                        Math.min(
                                engine.config().contextLength(),
                                Math.max(longest, 2 * FIRST_TOKENS));
    }

    /** A pass and the step after it. */
    private record Point(int tokens, double passSeconds, double stepSeconds) {}

    /** The rates of {@code strategy}. */
    Rates of(CacheStrategy strategy, double startSeconds) {
        Decoder decoder = engine.decoder(strategy);
        var points = new ArrayList<Point>();
        long begin = 0;
        for (int tokens = FIRST_TOKENS; tokens < longest; tokens *= 2) {
            try (KvCache cache = engine.cache(strategy, tokens + 1)) {
                decoder.begin(cache);
                if (points.isEmpty()) {
                    // The weights are read from disk, and code is loaded.
                    decoder.probe(text(tokens));
                    begin = System.nanoTime();
                }
                points.add(point(decoder, tokens));
            }
            if (secondsSince(begin) > SECONDS_PER_STRATEGY) {
                break;
            }
        }
        return points.isEmpty()
                // A context of a few tokens.
                ? Rates.assumed(engine.config(), engine.computing().type(), strategy)
                : rates(strategy, startSeconds, points);
    }

    private static Point point(Decoder decoder, int tokens) {
        long begin = System.nanoTime();
        int token = decoder.prefill(text(tokens));
        double pass = secondsSince(begin);
        var steps = new ArrayList<Double>();
        begin = System.nanoTime();
        while (steps.size() < FEWEST_STEPS || System.nanoTime() - begin < STEPS_NANOS) {
            long step = System.nanoTime();
            decoder.probe(token);
            steps.add(secondsSince(step));
        }
        return new Point(tokens, pass, median(steps));
    }

    /** Through the two longest, which take most of the time; where there is one, through that. */
    private static Rates rates(CacheStrategy strategy, double startSeconds, List<Point> points) {
        Point last = points.getLast();
        boolean none = strategy == CacheStrategy.NONE;
        // One token more in a cache that holds few: the weights are read, and little else.
        double reading = none ? 0 : points.getFirst().stepSeconds();
        if (points.size() == 1) {
            var pass =
                    new Curve(
                            Math.min(reading, last.passSeconds()),
                            Math.max(0, last.passSeconds() - reading) / last.tokens(),
                            0);
            return new Rates(startSeconds, pass, none ? pass : new Curve(last.stepSeconds(), 0, 0));
        }
        Point before = points.get(points.size() - 2);
        double[] tokens = {before.tokens(), last.tokens()};
        Curve pass =
                Curve.through(
                        reading, tokens, new double[] {before.passSeconds(), last.passSeconds()});
        return new Rates(
                startSeconds,
                pass,
                none
                        ? pass
                        : Curve.line(
                                tokens, new double[] {before.stepSeconds(), last.stepSeconds()}));
    }

    /** Any tokens will do: what they are takes no time. */
    private static int[] text(int tokens) {
        return IntStream.range(0, tokens).map(i -> i % FIRST_TOKENS).toArray();
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / NANOS_PER_SECOND;
    }
}
