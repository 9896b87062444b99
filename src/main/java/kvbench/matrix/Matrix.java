package kvbench.matrix;

import kvbench.cache.CacheStrategy;
import kvbench.engine.CudaReadiness;
import kvbench.engine.Obstacle;
import kvbench.engine.Provider;
import kvbench.model.InputException;
import kvbench.results.VetoedArm;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.options.CommandLineOptions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The cells that a command line asks for, less those that cannot work.
 *
 * @param cells what is to be measured, in order
 * @param vetoed what was left out, and why
 * @param demands what each cell asks of its model; those without a model are not in it
 */
public record Matrix(List<Cell> cells, List<VetoedArm> vetoed, Map<Cell, Demand> demands) {
    /** Parameters in the order in which a title shows them. */
    private static final List<String> PARAMETER_ORDER =
            List.of("turns", "promptTokens", "depth", "capacity", "tokenBudget", "strategy");

    private static final String PROVIDER = "provider";

    /** {@code -p name=value}, which may be one word or two. */
    private static final Pattern PARAMETER_OPTION = Pattern.compile("--?p(?!rof)=?(.*)");

    public Matrix {
        cells = List.copyOf(cells);
        vetoed = List.copyOf(vetoed);
        demands = Map.copyOf(demands);
    }

    /**
     * The matrix of a command line's options: the cells of all its sets, each once, as the first
     * set says that has it.
     *
     * @throws InputException if no benchmark matches, a parameter is unknown, or a value cannot be
     *     meant
     */
    public static Matrix of(JmhOptions options) {
        return of(options, Machine.here());
    }

    /** The matrix of {@link #of(JmhOptions)} on another machine. */
    public static Matrix of(JmhOptions options, Machine machine) {
        CommandLineOptions given = options.all();
        var benchmarks = Benchmarks.of(options);
        List<BenchmarkListEntry> entries = benchmarks.entries();
        requireKnownParameters(entries, options.profilers().otherWords());
        requireForks(given);
        requireOneThread(given);
        requireSingleCalls(given, entries);
        var cells = new ArrayList<Cell>();
        var vetoed = new ArrayList<VetoedArm>();
        var seen = new HashSet<Map<String, String>>();
        try (var feasibility = new Feasibility(machine)) {
            for (Benchmarks.Asked asked : benchmarks.asked()) {
                for (Cell cell : cells(asked, given)) {
                    if (seen.add(cell.identity())) {
                        missingProvider(cell, given)
                                .or(() -> feasibility.veto(cell))
                                .ifPresentOrElse(
                                        why ->
                                                vetoed.add(
                                                        new VetoedArm(
                                                                cell.benchmark(),
                                                                cell.params(),
                                                                why)),
                                        () -> cells.add(cell));
                    }
                }
            }
            vetoed.addAll(benchmarks.missing());
            return new Matrix(cells, vetoed, feasibility.demands());
        }
    }

    /**
     * Why the provider that a suite asks for cannot be had, or empty where it can. One that the
     * user asks for and that cannot be had is refused.
     */
    private static Optional<String> missingProvider(Cell cell, CommandLineOptions given) {
        boolean isOfSuite =
                Provider.CUDA.toString().equals(cell.param(PROVIDER))
                        && !given.getParameter(PROVIDER).hasValue();
        return isOfSuite
                ? CudaReadiness.here()
                        .first()
                        .map(obstacle -> Obstacle.CUDA_NOT_USABLE + obstacle.words())
                : Optional.empty();
    }

    /**
     * The matrix with each cell of these strategies once more (A/A), as an arm of its own beside
     * the first: {@code static@2} beside {@code static}.
     *
     * @throws InputException if a strategy is not in the matrix
     */
    public Matrix withRepeats(List<String> strategies) {
        Matrix repeated = this;
        for (String strategy : strategies) {
            repeated = repeated.withRepeat(strategy);
        }
        return repeated;
    }

    private Matrix withRepeat(String strategy) {
        CacheStrategy.parse(strategy);
        int copy = 2;
        while (strategies().contains(strategy + "@" + copy)) {
            copy++;
        }
        String name = strategy + "@" + copy;
        CacheStrategy.ofArm(name);
        var all = new ArrayList<Cell>();
        var asked = new LinkedHashMap<>(demands);
        for (Cell cell : cells) {
            all.add(cell);
            if (strategy.equals(cell.param(Cell.STRATEGY))) {
                Cell again = cell.with(Cell.STRATEGY, name);
                all.add(again);
                asked.put(again, demands.get(cell));
            }
        }
        if (all.size() == cells.size()) {
            throw InputException.wrongUse(
                    "--repeat-arm %s: expected a strategy that is measured, found %s."
                            .formatted(strategy, String.join(", ", strategies())));
        }
        return new Matrix(all, vetoed, asked);
    }

    private Set<String> strategies() {
        return cells.stream()
                .filter(cell -> cell.params().containsKey(Cell.STRATEGY))
                .map(cell -> cell.param(Cell.STRATEGY))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Names of the parameters that have more than one value, and with them the strategy. */
    public Set<String> interesting() {
        Map<String, Set<String>> values =
                cells.stream()
                        .flatMap(cell -> cell.params().entrySet().stream())
                        .collect(
                                Collectors.groupingBy(
                                        Map.Entry::getKey,
                                        Collectors.mapping(
                                                Map.Entry::getValue, Collectors.toSet())));
        var interesting = new TreeSet<>(Set.of("strategy"));
        values.forEach(
                (name, distinct) -> {
                    if (distinct.size() > 1) {
                        interesting.add(name);
                    }
                });
        return interesting;
    }

    private static void requireKnownParameters(
            List<BenchmarkListEntry> entries, List<String> words) {
        Set<String> known =
                entries.stream()
                        .flatMap(entry -> parameters(entry).keySet().stream())
                        .collect(Collectors.toCollection(TreeSet::new));
        for (String name : namedParameters(words)) {
            if (!known.contains(name)) {
                throw InputException.wrongUse(
                        "unknown parameter \"%s\": the benchmarks asked for have %s."
                                .formatted(name, String.join(", ", known)));
            }
        }
    }

    private static List<String> namedParameters(List<String> words) {
        var names = new ArrayList<String>();
        for (int i = 0; i < words.size(); i++) {
            Matcher option = PARAMETER_OPTION.matcher(words.get(i));
            if (option.matches()) {
                boolean attached = !option.group(1).isEmpty();
                // JMH has refused an option without its argument.
                String assignment = attached ? option.group(1) : words.get(++i);
                names.add(assignment.split("=", 2)[0]);
            }
        }
        return names;
    }

    /** What a run keeps of each turn holds for single calls, and a fork of its own for each. */
    private static void requireSingleCalls(
            CommandLineOptions options, List<BenchmarkListEntry> entries) {
        if (options.getWarmupForkCount().orElse(0) > 0) {
            throw InputException.wrongUse(
                    "-wf: expected no forks for warming up, since forks of all arms are"
                            + " interleaved, found some. Use more warm-up iterations: -wi N.");
        }
        boolean singleShots =
                entries.stream().anyMatch(entry -> entry.getMode() == Mode.SingleShotTime);
        boolean batches =
                options.getMeasurementBatchSize().orElse(1) != 1
                        || options.getWarmupBatchSize().orElse(1) != 1;
        if (singleShots && (batches || !options.getBenchModes().isEmpty())) {
            throw InputException.wrongUse(
                    "-bs, -wbs, -bm: expected none of them with benchmarks of whole answers, each"
                        + " call of which is an iteration whose turns are kept, found one. Leave it"
                        + " out, or name DecodeStepBenchmark or PrefillBenchmark alone.");
        }
        if (options.getBenchModes().size() > 1) {
            throw InputException.wrongUse(
                    "-bm: expected one mode, since each is a run of its own, found several. Run"
                            + " once for each.");
        }
    }

    /** What a run keeps of a fork is what a process of its own did. */
    private static void requireForks(CommandLineOptions options) {
        if (options.getForkCount().orElse(1) == 0) {
            throw InputException.wrongUse(
                    "-f: expected one fork or more, since each measures in a process of its own and"
                            + " is told as such, found 0. Take -f 1; without `bench`, as JMH's own"
                            + " command line, -f 0 measures in JMH's process.");
        }
    }

    /** A decoder serves one thread; an operator may use more. */
    private static void requireOneThread(CommandLineOptions options) {
        if (options.getThreads().orElse(1) != 1 || options.getThreadGroups().hasValue()) {
            throw InputException.wrongUse(
                    "-t, -tg: expected one benchmark thread, since a decoder serves one sequence at"
                            + " a time, found another number. The threads of an operator are -p"
                            + " threads=N.");
        }
    }

    private static Map<String, String[]> parameters(BenchmarkListEntry entry) {
        return entry.getParams().hasValue() ? entry.getParams().get() : Map.of();
    }

    /** Every combination of the parameters' values, the strategy changing fastest. */
    private static List<Cell> cells(Benchmarks.Asked asked, CommandLineOptions given) {
        BenchmarkListEntry entry = asked.entry();
        Map<String, String[]> parameters = parameters(entry);
        List<Map<String, String>> combinations = List.of(Map.of());
        for (String name : ordered(parameters.keySet())) {
            Collection<String> values =
                    given.getParameter(name)
                            .orElse(
                                    asked.set()
                                            .getParameter(name)
                                            .orElse(Arrays.asList(parameters.get(name))));
            combinations =
                    combinations.stream()
                            .flatMap(
                                    before ->
                                            values.stream().map(value -> with(before, name, value)))
                            .toList();
        }
        Schedule schedule = Schedule.of(entry, given, asked.set());
        return combinations.stream()
                .map(params -> new Cell(entry.getUsername(), params, schedule))
                .toList();
    }

    private static List<String> ordered(Set<String> names) {
        var ordered = new ArrayList<>(new TreeSet<>(names));
        ordered.sort((a, b) -> Integer.compare(rank(a), rank(b)));
        return ordered;
    }

    /** Those of no special rank come first and change slowest: another model, another provider. */
    private static int rank(String name) {
        return PARAMETER_ORDER.indexOf(name);
    }

    private static Map<String, String> with(Map<String, String> before, String name, String value) {
        var after = new LinkedHashMap<>(before);
        after.put(name, value);
        return after;
    }
}
