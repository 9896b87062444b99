package kvbench.profile;

import kvbench.memory.ArenaPeaks;
import kvbench.memory.Figure;
import kvbench.profile.Watched.ArenaUses;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * {@code ortalloc}: what ONNX Runtime's arena handed out in an iteration, and what it holds.
 *
 * <p>{@code ort.alloc.count} counts the chunks handed out in the iteration, {@code
 * ort.alloc.count.norm} per operation; {@code ort.arena.inuse} and {@code ort.arena.reserved} are
 * its bytes after the iteration; {@code ort.arena.inuse.max} is the most in use at once during the
 * iteration, where that can be told: see {@link ArenaPeaks}. All in absolute bytes, no baseline
 * subtracted. The counters are read before and after an iteration, never during.
 */
public final class OrtAllocProfiler implements InternalProfiler {
    private static final String NO_ARENA = "this benchmark has no session of ONNX Runtime";

    private final ArenaPeaks peaks = new ArenaPeaks();

    @Override
    public String getDescription() {
        return "ONNX Runtime's arena: allocations per iteration and operation, bytes in use, their"
                + " peak, bytes reserved";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        Watched.drainArena();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        Optional<ArenaUses> arena = Watched.drainArena();
        Figure count =
                figure(arena, uses -> uses.after().allocations() - uses.before().allocations());
        Figure peak =
                arena.map(uses -> peaks.during("iteration", uses.before(), uses.after()))
                        .orElse(Figure.unknown(NO_ARENA));
        return Stream.of(
                        SuiteResults.of("ort.alloc.count", count, "allocations"),
                        SuiteResults.of(
                                "ort.alloc.count.norm",
                                Operations.per(count, result),
                                "allocations/op"),
                        SuiteResults.of(
                                "ort.arena.inuse",
                                figure(arena, uses -> uses.after().inUse()),
                                "bytes"),
                        SuiteResults.of("ort.arena.inuse.max", peak, "bytes"),
                        SuiteResults.of(
                                "ort.arena.reserved",
                                figure(arena, uses -> uses.after().reserved()),
                                "bytes"))
                .flatMap(List::stream)
                .toList();
    }

    private static Figure figure(Optional<ArenaUses> arena, ToLongFunction<ArenaUses> line) {
        return arena.map(uses -> Figure.of(line.applyAsLong(uses)))
                .orElse(Figure.unknown(NO_ARENA));
    }
}
