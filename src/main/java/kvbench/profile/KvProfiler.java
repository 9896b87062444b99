package kvbench.profile;

import kvbench.memory.Figure;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * {@code kv}: the bytes of the iteration's caches.
 *
 * <p>{@code kv.held}, {@code kv.live} (what the tokens take) and {@code kv.slack} (held less live)
 * are those of the iteration's largest cache, the one that held most at its end; {@code kv.copied}
 * are the bytes of keys and values that the strategy copied, in all caches of the iteration
 * together, {@code kv.copied.norm} per operation. A cache is told of when a turn ends or, where it
 * outlives the iteration, when the iteration does; of one that is kept over several turns the
 * fullest counts. The suite reports {@code kv.held} too, and of whole answers {@code kv.copied},
 * the same figures: JMH takes the mean of the two.
 */
public final class KvProfiler implements InternalProfiler {
    private static final String NO_CACHE = "this benchmark has no cache";

    @Override
    public String getDescription() {
        return "Bytes of the key/value cache: held, live, slack, and copied per iteration and"
                + " operation";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        Watched.drainCaches();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        List<KvUse> caches = Watched.drainCaches();
        Optional<KvUse> largest =
                caches.stream()
                        .max(
                                Comparator.comparingLong(KvUse::heldBytes)
                                        .thenComparingLong(KvUse::liveBytes));
        Figure copied =
                caches.isEmpty()
                        ? Figure.unknown(NO_CACHE)
                        : Figure.of(caches.stream().mapToLong(KvUse::copiedBytes).sum());
        return Stream.of(
                        bytes("kv.held", largest, KvUse::heldBytes),
                        bytes("kv.live", largest, KvUse::liveBytes),
                        bytes("kv.slack", largest, use -> use.heldBytes() - use.liveBytes()),
                        SuiteResults.of("kv.copied", copied, "bytes"),
                        SuiteResults.of(
                                "kv.copied.norm", Operations.per(copied, result), "bytes/op"))
                .flatMap(List::stream)
                .toList();
    }

    private static List<ScalarResult> bytes(
            String name, Optional<KvUse> cache, ToLongFunction<KvUse> line) {
        Figure figure =
                cache.map(use -> Figure.of(line.applyAsLong(use))).orElse(Figure.unknown(NO_CACHE));
        return SuiteResults.of(name, figure, "bytes");
    }
}
