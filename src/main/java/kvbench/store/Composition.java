package kvbench.store;

import kvbench.bench.TurnLog;
import kvbench.context.Comparability;
import kvbench.model.InputException;
import kvbench.results.FailedArm;
import kvbench.results.Outcomes;
import kvbench.results.Run;
import kvbench.results.UnfinishedArm;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.WorkloadParams;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run's files, made of what its forks left: always in the order of the matrix, whatever the order
 * in which the forks were run.
 */
final class Composition {
    /** Options that tell a fork who it is and where it works: no part of how it was measured. */
    private static final List<String> IDENTITY =
            List.of("-D" + TurnLog.FORK_PROPERTY, Comparability.ERROR_FILE);

    private static final String FAILED_TURNS = "turns.failed";

    private final RunFolder run;

    Composition(RunFolder run) {
        this.run = run;
    }

    /** Writes one or more of the files. */
    interface Writing {
        void write() throws IOException;
    }

    /** Composes and writes the files, one after the other. */
    List<Writing> files() {
        Path folder = run.path();
        return List.of(
                () -> AtomicFile.replace(folder.resolve(Run.RESULTS_FILE), results()),
                () -> turns().write(folder),
                () -> AtomicFile.replace(folder.resolve(Outcomes.FILE_NAME), outcomes().toJson()));
    }

    /** {@code results.json}: JMH's own format, written by JMH. */
    byte[] results() {
        var json = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(json, false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out)
                    .writeOut(runResults(run.plan(), run.results()));
        }
        return json.toByteArray();
    }

    /** One result for each cell of which a fork has been measured. */
    static Collection<RunResult> runResults(RunPlan plan, Map<ForkRun, BenchmarkResult> results) {
        var all = new ArrayList<RunResult>();
        for (PlannedCell cell : plan.cells()) {
            List<BenchmarkResult> forks =
                    results.entrySet().stream()
                            .filter(entry -> entry.getKey().cell() == cell.index())
                            .map(Map.Entry::getValue)
                            .toList();
            if (!forks.isEmpty()) {
                all.add(new RunResult(asPlanned(forks.getFirst().getParams(), cell), forks));
            }
        }
        return all;
    }

    /** Parameters of a run of one fork, as they are of a run of all. */
    private static BenchmarkParams asPlanned(BenchmarkParams one, PlannedCell cell) {
        var values = new WorkloadParams();
        one.getParamsKeys().forEach(key -> values.put(key, one.getParam(key), 0));
        return new BenchmarkParams(
                one.getBenchmark(),
                one.generatedBenchmark(),
                one.shouldSynchIterations(),
                one.getThreads(),
                one.getThreadGroups(),
                one.getThreadGroupLabels(),
                one.getForks() == 0 ? 0 : cell.forks(),
                one.getWarmupForks(),
                one.getWarmup(),
                one.getMeasurement(),
                one.getMode(),
                values,
                one.getTimeUnit(),
                one.getOpsPerInvocation(),
                one.getJvm(),
                one.getJvmArgs().stream()
                        .filter(word -> IDENTITY.stream().noneMatch(word::startsWith))
                        .toList(),
                one.getJdkVersion(),
                one.getVmName(),
                one.getVmVersion(),
                one.getJmhVersion(),
                one.getTimeout());
    }

    /**
     * The turns of all forks, those that failed included.
     *
     * @param rows {@code turns.csv}
     * @param tokens {@code tokens.jsonl}
     */
    record Turns(byte[] rows, byte[] tokens) {
        void write(Path folder) throws IOException {
            AtomicFile.replace(folder.resolve(TurnLog.TURNS_FILE), rows);
            AtomicFile.replace(folder.resolve(TurnLog.TOKENS_FILE), tokens);
        }
    }

    /**
     * Gathers the turns.
     *
     * @throws InputException if a fork's files are broken, or a complete fork has not all its turns
     */
    Turns turns() throws IOException {
        var turns = new ByteArrayOutputStream();
        var tokens = new ByteArrayOutputStream();
        turns.writeBytes(bytes(TurnLog.header()));
        for (ForkRun fork : run.plan().order().stream().sorted(ForkFolders.ORDER).toList()) {
            Optional<String> failure = failure(fork);
            Path folder = failure.isEmpty() ? run.forks().complete(fork) : run.forks().failed(fork);
            ForkTurns left =
                    failure.isEmpty() ? ForkTurns.ofComplete(folder) : ForkTurns.ofDead(folder);
            TurnLog.Counts counts = left.counts();
            if (run.results().containsKey(fork)) {
                requireAll(fork, left.file(), counts.turns());
                requireAll(
                        fork,
                        folder.resolve(TurnLog.TOKENS_FILE),
                        Math.toIntExact(left.tokens().lines().count()));
            }
            turns.writeBytes(bytes(left.rows()));
            if (failure.isPresent()) {
                lost(fork, counts.turns(), failure.get())
                        .forEach(row -> turns.writeBytes(bytes(row)));
            }
            tokens.writeBytes(bytes(left.tokens()));
        }
        return new Turns(turns.toByteArray(), tokens.toByteArray());
    }

    /** A fork that has ended well has measured all of its turns. */
    private void requireAll(ForkRun fork, Path file, int found) {
        int expected = run.plan().cell(fork).turns();
        if (found != expected) {
            throw InputException.unusable(
                    "%s: expected %d turns of a fork that is complete, found %d. Move the folder %s away and have the fork measured again with `bench --resume`."
                            .formatted(file, expected, found, file.getParent()));
        }
    }

    /** A row for each turn that a failed fork was to measure and did not. */
    private List<String> lost(ForkRun fork, int measured, String reason) {
        PlannedCell cell = run.plan().cell(fork);
        int turnsOfOne = Integer.parseInt(cell.params().getOrDefault("turns", "1"));
        var rows = new ArrayList<String>();
        for (int i = measured; i < cell.turns(); i++) {
            rows.add(
                    TurnLog.lostTurn(
                            cell.benchmark(),
                            cell.params(),
                            fork.fork(),
                            i / turnsOfOne + 1,
                            i % turnsOfOne + 1,
                            reason));
        }
        return rows;
    }

    /** {@code outcomes.json}. */
    Outcomes outcomes() {
        return new Outcomes(failures(run), unfinished(), run.plan().vetoed());
    }

    private List<UnfinishedArm> unfinished() {
        var arms = new ArrayList<UnfinishedArm>();
        for (PlannedCell cell : run.plan().cells()) {
            int missing =
                    (int)
                            run.missing().stream()
                                    .filter(fork -> fork.cell() == cell.index())
                                    .filter(fork -> failure(fork).isEmpty())
                                    .count();
            if (missing > 0) {
                arms.add(new UnfinishedArm(cell.benchmark(), cell.params(), missing, cell.forks()));
            }
        }
        return arms;
    }

    static List<FailedArm> failures(RunFolder run) {
        var composition = new Composition(run);
        var failed = new ArrayList<FailedArm>();
        for (ForkRun fork : run.plan().order().stream().sorted(ForkFolders.ORDER).toList()) {
            composition
                    .failure(fork)
                    .map(reason -> composition.died(fork, reason))
                    .or(() -> composition.withFailedTurns(fork))
                    .ifPresent(failed::add);
        }
        return failed;
    }

    private FailedArm died(ForkRun fork, String reason) {
        PlannedCell cell = run.plan().cell(fork);
        Path left = run.forks().failed(fork);
        int succeeded;
        try {
            succeeded = ForkTurns.ofDead(left).counts().succeeded();
        } catch (IOException e) {
            throw new UncheckedIOException(left + " could not be read", e);
        }
        return new FailedArm(
                cell.benchmark(),
                cell.params(),
                fork.fork(),
                succeeded,
                cell.turns() - succeeded,
                reason);
    }

    /**
     * A fork that has a result and is not a success all the same: the turns stand in the result.
     */
    private Optional<FailedArm> withFailedTurns(ForkRun fork) {
        PlannedCell cell = run.plan().cell(fork);
        return Optional.ofNullable(run.results().get(fork))
                .map(measured -> measured.getSecondaryResults().get(FAILED_TURNS))
                .filter(turns -> turns.getScore() > 0)
                .map(
                        turns ->
                                new FailedArm(
                                        cell.benchmark(),
                                        cell.params(),
                                        fork.fork(),
                                        0,
                                        0,
                                        "turns failed, their reasons are in "
                                                + TurnLog.TURNS_FILE));
    }

    /** Why a fork has no result; empty where it has one, whatever happened before. */
    private Optional<String> failure(ForkRun fork) {
        return run.results().containsKey(fork) ? Optional.empty() : run.forks().failure(fork);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
