package kvbench;

import kvbench.compare.Axis;
import kvbench.compare.Comparison;
import kvbench.compare.Entry;
import kvbench.compare.Filter;
import kvbench.compare.Gate;
import kvbench.compare.History;
import kvbench.compare.Quantity;
import kvbench.compare.Settings;
import kvbench.compare.Side;
import kvbench.document.Document;
import kvbench.document.TextPage;
import kvbench.model.InputException;
import kvbench.report.CompareReport;
import kvbench.report.HistoryReport;
import kvbench.report.Report;
import kvbench.report.ReportFiles;
import kvbench.results.FailedArm;
import kvbench.results.JmhResult;
import kvbench.results.MergedFrom;
import kvbench.results.Run;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code compare}: runs against each other, or the values of a parameter. */
@Command(
        name = "compare",
        header = "Compares runs, or the values of a parameter, and says what may be said.",
        description = {
            "The first run is the baseline. Of figures that vary a difference counts where an exact"
                + " Mann-Whitney test of the forks shows it at 5 %% after Holm's correction over"
                + " all pairs, and where it is beyond 2 %%; bytes of the cache are counted and"
                + " compared as they are.",
            "",
            "Exit codes: 0 fine, 1 a --fail-on gate failed, 2 wrong use, 3 could not compare."
        })
final class CompareCommand implements Callable<Integer> {
    private static final String NAMED = "[A-Za-z0-9][A-Za-z0-9._-]*=.+";

    /** The table has all. */
    private static final int MOST_FAILURES = 10;

    @Parameters(
            paramLabel = "[NAME=]RUN",
            arity = "0..*",
            description =
                    "A run's folder, or a JSON file that JMH wrote; NAME is what its column is"
                            + " called.")
    private List<String> runs = new ArrayList<>();

    @Option(
            names = "--by",
            paramLabel = "AXIS",
            description =
                    "What the columns are: run, commit, or a parameter such as strategy, depth,"
                            + " turns, provider, model. Default: run; strategy of a single run.")
    private String by;

    @Option(
            names = "--baseline",
            paramLabel = "COLUMN",
            description = "The column that the others are held against. Default: the first.")
    private String baseline;

    @Option(
            names = "--metric",
            paramLabel = "NAME",
            split = ",",
            description =
                    "time, ttft, tpot, itl.p50, itl.p90, itl.p99, itl.max, kv.held, kv.peak,"
                        + " latency, memory, or any secondary metric of the results. Default: time"
                        + " and memory.")
    private List<String> metrics = new ArrayList<>();

    @Option(
            names = "--filter",
            paramLabel = "FILTER",
            description =
                    "Only benchmarks with this in their name, or PARAMETER=VALUE[,VALUE...]; may be"
                            + " given several times.")
    private List<String> filters = new ArrayList<>();

    @Option(
            names = "--ignore",
            paramLabel = "FIELD",
            split = ",",
            description =
                    "Compare runs although they differ in this field of context.json, as the report"
                            + " names it (cpu, memory, plan, ...).")
    private List<String> ignored = new ArrayList<>();

    @Option(
            names = "--fail-on",
            paramLabel = "GATE",
            split = ",",
            description =
                    "slower or more-memory, with :PERCENT if it may be a little: exit with 1 where"
                            + " a candidate is, or has no result where the baseline has one; with"
                            + " 3 where one could not be compared, or alone lacks forks or a"
                            + " context.")
    private List<String> gates = new ArrayList<>();

    @Option(
            names = "--history",
            paramLabel = "DIR",
            description =
                    "Follow each arm over all runs in a folder, and mark where it changed, instead"
                            + " of comparing.")
    private Path history;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "Print all of it as one of ${COMPLETION-CANDIDATES}.")
    private PageFormat format;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Also write compare.html, compare.md and the charts there.")
    private Path out;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    @Override
    public Integer call() {
        List<Gate> parsed = gates.stream().map(Gate::of).toList();
        requireIgnored();
        if (history != null) {
            return history(parsed);
        }
        List<Side> sides = sides();
        Settings settings = settings(axis(sides));
        requireFilter(settings.filter().unmatched(sides));
        requireResults(sides, settings);
        Comparison comparison = Comparison.of(sides, settings);
        requireBaseline(comparison, sides);
        requireMetrics(
                comparison.rows().stream()
                        .map(row -> row.quantity().name())
                        .collect(Collectors.toSet()),
                () -> metricsOf(sides.getFirst().run()));
        print(CompareReport.of(comparison, sides), "compare");
        return exitCode(comparison, sides, parsed);
    }

    private Run read(Path path) {
        return Run.read(path, Quantity.metricsOf(quantities()));
    }

    private List<Quantity> quantities() {
        return metrics.isEmpty()
                ? Quantity.DEFAULT
                : metrics.stream()
                        .flatMap(name -> Quantity.named(name).stream())
                        .distinct()
                        .toList();
    }

    private Settings settings(Axis axis) {
        return new Settings(
                axis,
                Optional.ofNullable(baseline).or(() -> usualBaseline(axis)),
                quantities(),
                Filter.of(filters),
                Settings.PRACTICAL_THRESHOLD,
                Set.copyOf(ignored));
    }

    /** Strategies are held against the same one as in a report, where it is there. */
    private static Optional<String> usualBaseline(Axis axis) {
        return axis.equals(Axis.STRATEGY) ? Optional.of(Report.USUAL_BASELINE) : Optional.empty();
    }

    private Axis axis(List<Side> sides) {
        if (by != null) {
            return Axis.named(by);
        }
        return sides.size() > 1 ? Axis.named("run") : Axis.STRATEGY;
    }

    private List<Side> sides() {
        if (runs.isEmpty()) {
            throw InputException.wrongUse(
                    "expected at least one run, as in `compare base=RUN cand=RUN` or `compare RUN"
                            + " --by strategy`, found none. `ls jmh-results` lists the runs.");
        }
        var sides = new ArrayList<Side>();
        var names = new LinkedHashSet<String>();
        for (String word : runs) {
            boolean isNamed = word.matches(NAMED) && !Files.exists(Path.of(word));
            Run run = read(Path.of(isNamed ? word.substring(word.indexOf('=') + 1) : word));
            String name = isNamed ? word.substring(0, word.indexOf('=')) : run.name();
            if (!names.add(name)) {
                throw InputException.wrongUse(
                        "expected a name of its own for each run, found %s twice. Give names, as in `base=RUN cand=RUN`."
                                .formatted(InputException.quote(name)));
            }
            sides.add(new Side(name, run));
        }
        return sides;
    }

    private void requireBaseline(Comparison comparison, List<Side> sides) {
        if (baseline != null && !comparison.columns().contains(baseline)) {
            throw InputException.wrongUse(
                    "--baseline: expected one of the columns %s, found %s."
                            .formatted(comparison.columns(), InputException.quote(baseline)));
        }
        if (comparison.columns().isEmpty() && by == null) {
            throw InputException.wrongUse(
                    "expected a second run to compare with, or --by PARAMETER, since these results"
                            + " have no strategies; found one run.");
        }
        if (comparison.columns().isEmpty()) {
            throw InputException.wrongUse(
                    "--by %s: expected run, commit, or a parameter of these results (%s), found that none has it%s."
                            .formatted(
                                    comparison.axis().name(),
                                    sides.stream()
                                            .flatMap(side -> side.run().results().stream())
                                            .flatMap(result -> result.params().keySet().stream())
                                            .distinct()
                                            .sorted()
                                            .collect(Collectors.joining(", ")),
                                    filters.isEmpty() ? "" : " (--filter may leave it out)"));
        }
    }

    private void requireResults(List<Side> sides, Settings settings) {
        Stream<JmhResult> all =
                sides.stream()
                        .map(Side::run)
                        .flatMap(
                                run ->
                                        Stream.concat(
                                                run.results().stream(),
                                                run.outcomes().failed().stream()
                                                        .map(FailedArm::withoutSamples)));
        requirePassed(all.filter(settings.filter()::takes).count());
    }

    private void requirePassed(long results) {
        if (results == 0 && !filters.isEmpty()) {
            throw InputException.wrongUse(
                    "--filter: expected a filter that some result passes, found that none passes %s. A benchmark's name may be given in part, a parameter's value must be whole."
                            .formatted(filters));
        }
    }

    /** A slip of the pen would leave a difference in the way that the user meant to allow. */
    private void requireIgnored() {
        for (String word : ignored) {
            if (!Settings.isField(word)) {
                throw InputException.wrongUse(
                        "--ignore: expected a field of context.json, one of %s or what is below it as in cpu.model, found %s."
                                .formatted(
                                        Settings.fields(),
                                        word.isBlank()
                                                ? "an empty word"
                                                : InputException.quote(word)));
            }
        }
    }

    /** A slip of the pen in one of several values would leave out what was meant to be watched. */
    private static void requireFilter(List<String> unmatched) {
        if (!unmatched.isEmpty()) {
            throw InputException.wrongUse(
                    "--filter: expected words and values that some result has, found that none has %s. A benchmark's name may be given in part, a parameter's value must be whole."
                            .formatted(InputException.quote(String.join(", ", unmatched))));
        }
    }

    /**
     * @param secondary names of the secondary metrics that could be asked for
     */
    private void requireMetrics(Set<String> found, Supplier<Set<String>> secondary) {
        for (String metric : metrics) {
            List<Quantity> quantities = Quantity.named(metric);
            if (quantities.stream().map(Quantity::name).anyMatch(found::contains)) {
                continue;
            }
            boolean isKnown = quantities.stream().allMatch(Quantity.NAMED::contains);
            throw InputException.wrongUse(
                    "--metric: expected %s, found that none has %s%s."
                            .formatted(
                                    isKnown
                                            ? "figures of these results"
                                            : "one of %s, latency, memory, or a secondary metric of these results (%s)"
                                                    .formatted(
                                                            Quantity.NAMED.stream()
                                                                    .map(Quantity::name)
                                                                    .collect(
                                                                            Collectors.joining(
                                                                                    ", ")),
                                                            String.join(", ", secondary.get())),
                                    InputException.quote(metric),
                                    filters.isEmpty() ? "" : " (--filter may leave it out)"));
        }
    }

    /** Of all that are in the file; a name with blanks in it tells why another is NaN. */
    private static Set<String> metricsOf(Run run) {
        return Run.read(run.json()).results().stream()
                .flatMap(result -> result.secondary().keySet().stream())
                .filter(name -> !name.contains(" "))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void print(Document document, String name) {
        if (format != null) {
            System.out.print(format.render(document));
        } else {
            System.out.print(TextPage.brief(document));
        }
        if (out != null) {
            try {
                Files.createDirectories(out);
            } catch (IOException e) {
                throw InputException.wrongUse(
                        "--out: expected a folder, or a place to make one, found %s.".formatted(e));
            }
            ReportFiles.write(document, out, name).lines().forEach(System.err::println);
        }
    }

    /** Says on standard error why a gate failed, so that standard output stays the document. */
    private static int exitCode(Comparison comparison, List<Side> sides, List<Gate> gates) {
        int code = ExitCode.FINE;
        for (Gate gate : gates) {
            switch (gate.answer(comparison)) {
                case PASSED -> {
                    long undecided = gate.withinNoise(comparison);
                    if (undecided > 0) {
                        System.err.printf(
                                "--fail-on %s: passed, with %d comparison%s undecided (within"
                                        + " noise): that nothing is worse is not shown there.%n",
                                gate, undecided, undecided == 1 ? "" : "s");
                    }
                }
                case FAILED -> {
                    List<Gate.Failure> failures = gate.failures(comparison);
                    System.err.printf(
                            "--fail-on %s: %d comparison%s it.%n",
                            gate, failures.size(), failures.size() == 1 ? " fails" : "s fail");
                    CompareReport.sentences(comparison, sides, failures).stream()
                            .limit(MOST_FAILURES)
                            .forEach(sentence -> System.err.println("  " + sentence));
                    if (failures.size() > MOST_FAILURES) {
                        System.err.printf("  and %d more%n", failures.size() - MOST_FAILURES);
                    }
                    code = ExitCode.ANSWER_IS_NO;
                }
                case UNDECIDABLE -> {
                    List<Entry> undecided = gate.undecided(comparison);
                    if (!undecided.isEmpty()) {
                        System.err.printf(
                                "--fail-on %s: %d comparison%s could not be decided (too few or"
                                        + " missing forks, or not comparable): see the verdicts.%n",
                                gate, undecided.size(), undecided.size() == 1 ? "" : "s");
                        undecided.stream()
                                .map(Entry::doubt)
                                .filter(doubt -> !doubt.isEmpty())
                                .distinct()
                                .limit(MOST_FAILURES)
                                .forEach(doubt -> System.err.println("  " + doubt));
                    } else {
                        System.err.printf(
                                "--fail-on %s: nothing was compared that could have failed it: see"
                                        + " the verdicts.%n",
                                gate);
                    }
                    code = code == ExitCode.FINE ? ExitCode.COULD_NOT_RUN : code;
                }
            }
        }
        return code == ExitCode.FINE && comparison.isOfNothingInCommon()
                ? ExitCode.COULD_NOT_RUN
                : code;
    }

    /** One run that cannot be read is no reason to show nothing of the others. */
    private void add(History.Builder builder, Path folder) {
        try {
            builder.add(read(folder));
        } catch (InputException e) {
            builder.leaveOut(folder.getFileName() + ": " + e.getMessage());
        }
    }

    /** The runs that stand in another as well, by name, with that other's name. */
    private static Map<String, String> parts(List<Path> folders) {
        var parts = new TreeMap<String, String>();
        for (Path folder : folders) {
            for (String part : MergedFrom.of(folder)) {
                parts.put(part, folder.getFileName().toString());
            }
        }
        return parts;
    }

    private int history(List<Gate> parsed) {
        if (!runs.isEmpty() || !parsed.isEmpty() || by != null || baseline != null) {
            throw InputException.wrongUse(
                    "--history: expected a folder of runs and no runs, --fail-on, --by or"
                            + " --baseline beside it, found some.");
        }
        if (!Files.isDirectory(history)) {
            throw InputException.wrongUse(
                    "--history: expected a folder of runs, found none at %s.".formatted(history));
        }
        if (Files.exists(history.resolve(Run.RESULTS_FILE))) {
            throw InputException.wrongUse(
                    "--history: expected a folder of runs, found a run, %s. Give the folder that it lies in: %s."
                            .formatted(history, history.toAbsolutePath().normalize().getParent()));
        }
        var builder = new History.Builder(settings(Axis.named("run")));
        try (Stream<Path> folders = Files.list(history)) {
            List<Path> found =
                    folders.filter(folder -> Files.exists(folder.resolve(Run.RESULTS_FILE)))
                            .toList();
            Map<String, String> parts = parts(found);
            found.parallelStream()
                    .forEach(
                            folder -> {
                                String name = folder.getFileName().toString();
                                if (parts.containsKey(name)) {
                                    builder.leaveOut(
                                            "%s: part of %s".formatted(name, parts.get(name)));
                                } else {
                                    add(builder, folder);
                                }
                            });
        } catch (IOException e) {
            throw InputException.unusable(
                    "--history: expected a folder that can be read, found %s.".formatted(e), e);
        }
        History found = builder.build();
        if (found.points().isEmpty()) {
            throw InputException.wrongUse(
                    "--history %s: expected runs with results and a context.json, found none%s. Give the folder that the runs lie in, such as jmh-results."
                            .formatted(
                                    history,
                                    found.leftOut().isEmpty()
                                            ? ""
                                            : " but what cannot be used"
                                                    + found.leftOut().stream()
                                                            .limit(MOST_FAILURES)
                                                            .collect(
                                                                    Collectors.joining(
                                                                            "; ", " (", ")"))));
        }
        requireFilter(builder.unmatched());
        requireMetrics(
                found.series().stream()
                        .map(series -> series.quantity().name())
                        .collect(Collectors.toSet()),
                () -> metricsOf(Run.read(history.resolve(found.points().getLast().run()))));
        requirePassed(found.series().size());
        print(HistoryReport.of(found), "history");
        return ExitCode.FINE;
    }
}
