package kvbench.profile;

import kvbench.memory.Figure;
import kvbench.memory.ProcessMemory;
import kvbench.memory.ResidentPeak;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code rss}: the fork's resident memory, as the kernel counts it.
 *
 * <p>{@code rss.resident} is what is in memory after the iteration, {@code rss.anonymous}, {@code
 * rss.file} and {@code rss.shared} its parts (private memory, mapped files, shared memory); {@code
 * rss.peak} is the most that was in memory at once during the iteration, not during the process's
 * life. The first iteration has the loading of the model in it; the last has not its unloading,
 * since all is read when the work has ended. Nothing is done while the iteration runs: the kernel
 * keeps the peak.
 */
public final class RssProfiler implements InternalProfiler {
    /**
     * What an iteration came to.
     *
     * @param memory when its work had ended
     * @param peak the most that was resident at once
     */
    private record Seen(ProcessMemory memory, Figure peak) {}

    private Optional<ResidentPeak> peak = Optional.empty();
    private Optional<Seen> seen = Optional.empty();

    @Override
    public String getDescription() {
        return "Resident memory of the fork: after an iteration, its peak within it, and its parts";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        peak.ifPresent(ResidentPeak::end);
        peak = Optional.of(ResidentPeak.begin());
        seen = Optional.empty();
        Watched.whenWorkEnds(this, this::read);
    }

    private void read() {
        ProcessMemory memory = ProcessMemory.now();
        seen = Optional.of(new Seen(memory, peak.orElseThrow().end()));
        peak = Optional.empty();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        Watched.readAtTheLatest(this);
        ProcessMemory now = seen.orElseThrow().memory();
        return Stream.of(
                        bytes("rss.resident", now.residentBytes()),
                        SuiteResults.of("rss.peak", seen.orElseThrow().peak(), "bytes"),
                        bytes("rss.anonymous", now.privateBytes()),
                        bytes("rss.file", now.fileBytes()),
                        bytes("rss.shared", now.sharedBytes()))
                .flatMap(List::stream)
                .toList();
    }

    private static List<ScalarResult> bytes(String name, double value) {
        return SuiteResults.of(name, Figure.of(value, ProcessMemory.ONLY_LINUX), "bytes");
    }
}
