package kvbench.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.profile.ProfilerException;
import org.openjdk.jmh.profile.ProfilerFactory;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.ThroughputResult;
import org.openjdk.jmh.runner.options.ProfilerConfig;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

class SuiteProfilerTest {
    private final SuiteProfiler profiler = new SuiteProfiler();

    @BeforeEach
    void forgetWhatOtherTestsReported() {
        SuiteMetrics.drain();
    }

    @Test
    void givesEachFigureOnceInTheOrderReported() {
        profiler.beforeIteration(null, null);
        SuiteMetrics.report("kv.held", 4096, "bytes");
        SuiteMetrics.report("answer.ttft", 1.5, "ms");

        assertEquals(
                List.of("kv.held 4096.0 bytes", "answer.ttft 1.5 ms"), texts(afterIteration()));
        assertEquals(List.of(), texts(afterIteration()));
    }

    @Test
    void theLastReportOfAnIterationCounts() {
        SuiteMetrics.report("kv.held", 1, "bytes");
        SuiteMetrics.report("kv.held", 2, "bytes");

        assertEquals(List.of("kv.held 2.0 bytes"), texts(afterIteration()));
    }

    @Test
    void whatWasReportedBeforeTheIterationIsNotItsOwn() {
        SuiteMetrics.report("kv.held", 1, "bytes");
        profiler.beforeIteration(null, null);

        assertEquals(List.of(), texts(afterIteration()));
    }

    @Test
    void iterationsAreAveraged() {
        IterationResult first = iteration(1);
        IterationResult second = iteration(4);

        Result<?> averaged =
                new BenchmarkResult(null, List.of(first, second))
                        .getSecondaryResults()
                        .get("answer.ttft");
        assertEquals(List.of("answer.ttft 2.5 ms"), texts(List.of(averaged)));
    }

    @Test
    void jmhFindsItByItsClass() throws ProfilerException {
        var found =
                ProfilerFactory.getProfilerOrException(
                        new ProfilerConfig(SuiteProfiler.class.getName(), ""));

        assertEquals(profiler.getDescription(), found.getDescription());
    }

    private Collection<? extends Result<?>> afterIteration() {
        return profiler.afterIteration(null, null, null);
    }

    private static List<String> texts(Collection<? extends Result<?>> results) {
        var texts = new ArrayList<String>();
        for (Result<?> result : results) {
            texts.add(
                    "%s %s %s"
                            .formatted(
                                    result.getLabel(), result.getScore(), result.getScoreUnit()));
        }
        return texts;
    }

    private IterationResult iteration(double timeToFirstToken) {
        SuiteMetrics.report("answer.ttft", timeToFirstToken, "ms");
        var iteration = new IterationResult(null, null, null);
        iteration.addResult(
                new ThroughputResult(ResultRole.PRIMARY, "answers", 1, 1, TimeUnit.SECONDS));
        iteration.addResults(new ArrayList<>(afterIteration()));
        return iteration;
    }
}
