package kvbench.bench;

import kvbench.generate.CacheUse;
import kvbench.generate.Generation;
import kvbench.generate.Percentiles;
import kvbench.generate.Turn;
import kvbench.profile.SuiteMetrics;
import kvbench.profile.Watched;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/**
 * What the turns of one conversation come to together: times and tokens are added up before
 * anything is divided. A turn that failed counts as such and in nothing else.
 *
 * @param generationMillis time of all answers
 * @param meanTimeToFirstTokenMillis TTFT, the mean over turns
 * @param timePerOutputTokenMillis time of all decode steps over their number
 * @param interTokenNanos ITL in nanoseconds, over all gaps of all answers
 * @param tokens tokens generated
 * @param promptTokens tokens of all prompts
 * @param prefilledTokens tokens that the prompts' passes took in
 * @param rewoundTokens tokens that caches forgot, since a prompt went on otherwise
 * @param copiedBytes keys and values that the strategy copied
 * @param heldBytes the most that a turn's cache held
 * @param peakBytes the most bytes of a cache alive at once
 * @param succeeded turns without an error
 * @param failed turns with one
 */
record AnswerTotals(
        double generationMillis,
        double meanTimeToFirstTokenMillis,
        double timePerOutputTokenMillis,
        Percentiles interTokenNanos,
        long tokens,
        long promptTokens,
        long prefilledTokens,
        long rewoundTokens,
        long copiedBytes,
        double heldBytes,
        double peakBytes,
        long succeeded,
        long failed) {
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    static AnswerTotals of(List<Turn> turns) {
        List<Generation> answers =
                turns.stream().flatMap(turn -> turn.generation().stream()).toList();
        List<CacheUse> caches = turns.stream().flatMap(turn -> turn.cache().stream()).toList();
        long tokens = sum(answers, answer -> answer.tokens().length);
        return new AnswerTotals(
                answers.isEmpty()
                        ? Double.NaN
                        : sum(answers, Generation::totalNanos) / NANOS_PER_MILLI,
                // Without an answer these are 0 / 0, which is NaN, as it should be.
                sum(answers, Generation::timeToFirstToken) / NANOS_PER_MILLI / answers.size(),
                sum(answers, Generation::decodeNanos) / NANOS_PER_MILLI / (tokens - answers.size()),
                Percentiles.of(
                        answers.stream()
                                .flatMapToLong(
                                        answer -> LongStream.of(answer.interTokenLatencies()))
                                .toArray()),
                tokens,
                sum(answers, Generation::promptTokens),
                sum(answers, Generation::prefilledTokens),
                sum(caches, CacheUse::rewoundTokens),
                sum(caches, CacheUse::copiedBytes),
                most(caches, CacheUse::heldBytes),
                most(caches, CacheUse::peakBytes),
                answers.size(),
                turns.size() - answers.size());
    }

    /**
     * Reports the figures of this iteration, and tells profilers of its tokens.
     *
     * @throws IllegalStateException if no turn succeeded: its time would be that of failing
     */
    void report(List<Turn> turns) {
        if (succeeded == 0) {
            throw new IllegalStateException(
                    "every turn failed; the first: "
                            + turns.getFirst().error().orElse("no reason given"));
        }
        SuiteMetrics.report("generate.time", generationMillis, "ms");
        SuiteMetrics.report("generate.ttft", meanTimeToFirstTokenMillis, "ms");
        SuiteMetrics.report("generate.tpot", timePerOutputTokenMillis, "ms");
        SuiteMetrics.report("generate.itl.p50", interTokenNanos.p50() / NANOS_PER_MILLI, "ms");
        SuiteMetrics.report("generate.itl.p90", interTokenNanos.p90() / NANOS_PER_MILLI, "ms");
        SuiteMetrics.report("generate.itl.p99", interTokenNanos.p99() / NANOS_PER_MILLI, "ms");
        SuiteMetrics.report("generate.itl.max", interTokenNanos.max() / NANOS_PER_MILLI, "ms");
        SuiteMetrics.report("generate.tokens", tokens, "tokens");
        Watched.tokens(tokens);
        SuiteMetrics.report("prompt.tokens", promptTokens, "tokens");
        SuiteMetrics.report("prompt.prefilled", prefilledTokens, "tokens");
        SuiteMetrics.report("prompt.rewound", rewoundTokens, "tokens");
        SuiteMetrics.report("kv.copied", copiedBytes, "bytes");
        SuiteMetrics.report("kv.held", heldBytes, "bytes");
        SuiteMetrics.report("kv.peak", peakBytes, "bytes");
        SuiteMetrics.report("turns.ok", succeeded, "turns");
        SuiteMetrics.report("turns.failed", failed, "turns");
        longest(turns).flatMap(Turn::ledger).ifPresent(LedgerMeter::report);
    }

    /**
     * The answered turn with the longest text, the last of equals: the lines of one ledger belong
     * together, and are not picked from several.
     */
    private static Optional<Turn> longest(List<Turn> turns) {
        return turns.stream()
                .filter(Turn::succeeded)
                .reduce((one, next) -> next.promptTokens() >= one.promptTokens() ? next : one);
    }

    private static <T> long sum(List<T> parts, ToLongFunction<T> quantity) {
        return parts.stream().mapToLong(quantity).sum();
    }

    private static double most(List<CacheUse> caches, ToLongFunction<CacheUse> quantity) {
        return caches.stream().mapToDouble(quantity::applyAsLong).max().orElse(Double.NaN);
    }
}
