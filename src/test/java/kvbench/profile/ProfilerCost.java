package kvbench.profile;

import kvbench.bench.DecodeStepBenchmark;

import org.apache.commons.math3.distribution.BinomialDistribution;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.IterationResultMetaData;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * What the suite's own profilers cost the time that is measured: pairs of iterations of decode
 * steps in one process, one of each pair with the profilers' hooks around it, as JMH calls them,
 * and one without.
 *
 * <p>The hooks run outside the clock, so what the ratios show is what they leave behind for the
 * timed part: cold caches, a collector that is busy, pages that were looked at. Forks would hide
 * that: they differ by more than it. The order of a pair is turned round each time. One thread
 * computes, so that the time of this thread is that of all the work.
 *
 * <p>Left out: what outlasts the next iteration, since it is in both, and what the profilers do to
 * a fork before its first. The suite's own ledger is read in both.
 */
final class ProfilerCost {
    /** Fewer have no interval of 95 % between any two of them. */
    static final int FEWEST_ROUNDS = 6;

    private static final double CONFIDENCE = 0.95;
    private static final double PROMISED = 1.01;
    private static final long ITERATION_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final DecodeStepBenchmark benchmark = new DecodeStepBenchmark();
    private final List<InternalProfiler> profilers =
            List.of(
                    new KvProfiler(),
                    new OrtAllocProfiler(),
                    new RssProfiler(),
                    new VramProfiler());
    private long steps;

    private ProfilerCost() {
        benchmark.strategy = "static";
        benchmark.model = DecodeStepBenchmark.DEFAULT_MODEL;
        benchmark.provider = "cpu";
        benchmark.threads = "1";
        benchmark.depth = 128;
        benchmark.capacity = DecodeStepBenchmark.FIT;
    }

    /**
     * One iteration.
     *
     * @param steps decode steps within the clock
     * @param results figures that the profilers gave
     * @param cpuNanos of this thread within the clock
     * @param wallNanos within the clock
     * @param hookNanos of the hooks, outside
     */
    record Iteration(long steps, int results, long cpuNanos, long wallNanos, long hookNanos) {}

    /** Two iterations, one after the other. */
    record Pair(Iteration with, Iteration without) {
        double ratio(ToDoubleFunction<Iteration> time) {
            return time.applyAsDouble(with) / time.applyAsDouble(without);
        }
    }

    /** A median and its interval, between two of the values. */
    record Interval(double median, double low, double high) {
        static Interval of(List<Double> values) {
            List<Double> sorted = values.stream().sorted().toList();
            int n = sorted.size();
            int rank =
                    new BinomialDistribution(n, 0.5)
                            .inverseCumulativeProbability((1 - CONFIDENCE) / 2);
            double median = (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
            return new Interval(median, sorted.get(rank - 1), sorted.get(n - rank));
        }

        /** What can be said of the ratio, and no more. */
        String verdict() {
            if (high < PROMISED) {
                return "less than 1 %: shown";
            }
            return low > PROMISED ? "more than 1 %: the promise is broken" : "not shown either way";
        }
    }

    /** Measures so many pairs. */
    static List<Pair> measure(int rounds) {
        var cost = new ProfilerCost();
        cost.benchmark.prepare();
        try {
            cost.warmUp();
            var pairs = new ArrayList<Pair>();
            for (int round = 0; round < rounds; round++) {
                pairs.add(cost.pair(round));
            }
            return pairs;
        } finally {
            cost.benchmark.close();
        }
    }

    /** Finds how many steps fill an iteration, once the JIT has done its work. */
    private void warmUp() {
        long done = 0;
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < WARM_UP_NANOS) {
            benchmark.step();
            done++;
        }
        steps = Math.max(1, done * ITERATION_NANOS / WARM_UP_NANOS);
        pair(0);
        pair(1);
    }

    private Pair pair(int round) {
        if (round % 2 == 0) {
            Iteration with = iteration(profilers);
            return new Pair(with, iteration(List.of()));
        }
        Iteration without = iteration(List.of());
        return new Pair(iteration(profilers), without);
    }

    private Iteration iteration(List<InternalProfiler> hooked) {
        long before = System.nanoTime();
        hooked.forEach(profiler -> profiler.beforeIteration(null, null));
        long hooks = System.nanoTime() - before;
        benchmark.showArenaBefore();
        benchmark.begin();

        long cpuBefore = THREADS.getCurrentThreadCpuTime();
        long wallBefore = System.nanoTime();
        for (long step = 0; step < steps; step++) {
            benchmark.step();
        }
        long wall = System.nanoTime() - wallBefore;
        long cpu = THREADS.getCurrentThreadCpuTime() - cpuBefore;

        benchmark.report();
        long after = System.nanoTime();
        benchmark.tellProfilersOfTheEnd();
        int results = 0;
        for (InternalProfiler profiler : hooked.reversed()) {
            results +=
                    profiler.afterIteration(
                                    null,
                                    null,
                                    new IterationResult(
                                            null, null, new IterationResultMetaData(steps, steps)))
                            .size();
        }
        SuiteMetrics.drain();
        hooks += System.nanoTime() - after;
        return new Iteration(steps, results, cpu, wall, hooks);
    }

    /** What the pairs say, line by line. */
    static String text(List<Pair> pairs) {
        return "%d pairs of iterations of %d decode steps (random-llama-7m, static, depth 128, 1 thread)%n%s%s%s"
                .formatted(
                        pairs.size(),
                        pairs.getFirst().with().steps(),
                        line("thread CPU time", pairs, Iteration::cpuNanos),
                        line("wall time", pairs, Iteration::wallNanos),
                        hooks(pairs));
    }

    private static String line(String name, List<Pair> pairs, ToDoubleFunction<Iteration> time) {
        Interval ratio = Interval.of(pairs.stream().map(pair -> pair.ratio(time)).toList());
        return "%s, with -prof kv,ortalloc,rss,vram over without: median %.4f, 95 %% of [%.4f, %.4f]; %s%n"
                .formatted(name, ratio.median(), ratio.low(), ratio.high(), ratio.verdict());
    }

    private static String hooks(List<Pair> pairs) {
        Interval millis =
                Interval.of(
                        pairs.stream()
                                .map(pair -> pair.with().hookNanos() / NANOS_PER_MILLI)
                                .toList());
        return "the hooks themselves, outside the clock: median %.2f ms per iteration, 95 %% of [%.2f, %.2f]%n"
                .formatted(millis.median(), millis.low(), millis.high());
    }

    /** {@code ProfilerCost ROUNDS} measures and prints. */
    public static void main(String[] args) {
        System.out.print(text(measure(Integer.parseInt(args[0]))));
    }
}
