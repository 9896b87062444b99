package kvbench.profile;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.ExternalProfiler;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.WorkloadParams;

import java.io.File;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * A profiler of JMH that leaves its files in a folder named by all parameters, and is shown short
 * ones: the path of a model would make a longer name than file systems take, and the fork would
 * fail.
 */
abstract class ShortFolder implements InternalProfiler, ExternalProfiler {
    /** Leaves a name of all parameters of a conversation below the usual 255 bytes. */
    private static final int LONGEST = 32;

    /** Of the last name in a path, which tells most; a digest of the whole keeps two apart. */
    private static final int KEPT = 20;

    private final InternalProfiler internal;
    private final ExternalProfiler external;

    /** Wraps a profiler that is both. */
    <P extends InternalProfiler & ExternalProfiler> ShortFolder(P profiler) {
        internal = profiler;
        external = profiler;
    }

    /** A value of a parameter as part of a file's name. */
    static String shortened(String value) {
        String plain = value.replaceAll("[^A-Za-z0-9._@-]", "_");
        if (plain.equals(value) && value.length() <= LONGEST) {
            return value;
        }
        String last = String.valueOf(Path.of(value).getFileName());
        return "%s-%08x"
                .formatted(
                        last.substring(0, Math.min(KEPT, last.length()))
                                .replaceAll("[^A-Za-z0-9._@-]", "_"),
                        value.hashCode());
    }

    private static BenchmarkParams shortened(BenchmarkParams params) {
        var values = new WorkloadParams();
        params.getParamsKeys().forEach(key -> values.put(key, shortened(params.getParam(key)), 0));
        return new BenchmarkParams(
                params.getBenchmark(),
                params.generatedBenchmark(),
                params.shouldSynchIterations(),
                params.getThreads(),
                params.getThreadGroups(),
                params.getThreadGroupLabels(),
                params.getForks(),
                params.getWarmupForks(),
                params.getWarmup(),
                params.getMeasurement(),
                params.getMode(),
                values,
                params.getTimeUnit(),
                params.getOpsPerInvocation(),
                params.getJvm(),
                List.copyOf(params.getJvmArgs()),
                params.getJdkVersion(),
                params.getVmName(),
                params.getVmVersion(),
                params.getJmhVersion(),
                params.getTimeout());
    }

    @Override
    public String getDescription() {
        return internal.getDescription();
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        internal.beforeIteration(shortened(benchmark), iteration);
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        return internal.afterIteration(shortened(benchmark), iteration, result).stream()
                .<Result<?>>map(found -> found)
                .toList();
    }

    @Override
    public Collection<String> addJVMInvokeOptions(BenchmarkParams benchmark) {
        return external.addJVMInvokeOptions(shortened(benchmark));
    }

    @Override
    public Collection<String> addJVMOptions(BenchmarkParams benchmark) {
        return external.addJVMOptions(shortened(benchmark));
    }

    @Override
    public void beforeTrial(BenchmarkParams benchmark) {
        external.beforeTrial(shortened(benchmark));
    }

    @Override
    public Collection<? extends Result<?>> afterTrial(
            BenchmarkResult result, long pid, File stdOut, File stdErr) {
        return external.afterTrial(result, pid, stdOut, stdErr).stream()
                .<Result<?>>map(found -> found)
                .toList();
    }

    @Override
    public boolean allowPrintOut() {
        return external.allowPrintOut();
    }

    @Override
    public boolean allowPrintErr() {
        return external.allowPrintErr();
    }
}
