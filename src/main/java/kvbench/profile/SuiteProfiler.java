package kvbench.profile;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;

import java.util.Collection;

/**
 * Puts {@link SuiteMetrics} among a benchmark's secondary results. The {@code bench} command always
 * adds it.
 */
public final class SuiteProfiler implements InternalProfiler {
    /** System property with the process number of a parent, without which a fork ends. */
    public static final String PARENT_PROPERTY = ParentWatch.PARENT_PROPERTY;

    @Override
    public String getDescription() {
        return "What the suite's benchmarks measure beside the time: TTFT, TPOT, tokens, the"
                + " memory ledger";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        ParentWatch.begin();
        SuiteMetrics.drain();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        return SuiteMetrics.drain();
    }
}
