package kvbench.report;

import kvbench.compare.Axis;
import kvbench.compare.Comparison;
import kvbench.compare.Quantity;
import kvbench.compare.Settings;
import kvbench.compare.Side;
import kvbench.context.Parity;
import kvbench.context.RunContext;
import kvbench.document.Block;
import kvbench.document.Document;
import kvbench.document.Section;
import kvbench.document.Section.Depth;
import kvbench.model.InputException;
import kvbench.results.FailedArm;
import kvbench.results.JmhResult;
import kvbench.results.MergedFrom;
import kvbench.results.Run;
import kvbench.results.TokenGaps;
import kvbench.results.TurnRow;
import kvbench.results.TurnRows;
import kvbench.table.Format;
import kvbench.table.Table;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run found: which strategy to use, a table for each family of figures with the strategies
 * side by side, charts, what it was measured on, and how to repeat it.
 *
 * <p>Every result stands in a table, or in the list of what has none; nothing is dropped. Figures
 * come from the samples in JMH's file, not from its scores.
 */
public final class Report {
    /** What the others are held against where a run has it: the cache that most people have. */
    public static final String USUAL_BASELINE = "dynamic";

    /** Strategies that keep every key and value as it is, whatever a context does not tell. */
    private static final Set<String> EXACT =
            Set.of("none", "host", "dynamic", "chunked", "static", "static-graph", "scatter");

    private static final Set<String> BANDWIDTHS =
            Set.of(BandwidthLines.OF_HOST, BandwidthLines.OF_DEVICE);

    /** The picture that stands beside the answer. */
    private static final String AT_A_GLANCE = "At a glance";

    /** What is tested: each further quantity would make every difference harder to show. */
    private static final List<Quantity> LATENCY =
            List.of(Quantity.TTFT, Quantity.TPOT, Quantity.ITL_P99);

    /** What is only shown: other places of the distribution whose p99 is tested. */
    private static final List<Quantity> GAPS =
            List.of(Quantity.ITL_P50, Quantity.ITL_P90, Quantity.ITL_P99, Quantity.ITL_MAX);

    private final Run run;
    private final String baseline;
    private final List<Side> sides;
    private final TestNames names;
    private final Map<String, String> marks;
    private final List<String> unreadable = new ArrayList<>();
    private final Map<String, RunContext> parts;
    private final List<TurnRow> turns;

    private Report(Run run, Optional<String> baseline) {
        this.run = run;
        this.sides = List.of(new Side(run.name(), run));
        List<String> strategies = Axis.STRATEGY.columns(sides);
        this.baseline =
                baseline.or(() -> Optional.of(USUAL_BASELINE).filter(strategies::contains))
                        .orElse(strategies.isEmpty() ? USUAL_BASELINE : strategies.getFirst());
        this.names =
                new TestNames(
                        Stream.concat(
                                        run.results().stream(),
                                        run.outcomes().failed().stream()
                                                .map(FailedArm::withoutSamples))
                                .toList(),
                        Set.of());
        this.parts = readable(() -> MergedFrom.contexts(run.folder()), Map.of());
        this.turns = readable(() -> TurnRows.in(run.folder()), List.of());
        this.marks = lossy().stream().collect(Collectors.toMap(name -> name, name -> " (lossy)"));
    }

    /**
     * The report on a run.
     *
     * @param baseline strategy that the others are held against; where it is empty, {@value
     *     #USUAL_BASELINE}, or the first that there is
     */
    public static Document of(Run run, Optional<String> baseline) {
        return new Report(run, baseline).document();
    }

    /** The report on a run against the usual baseline. */
    public static Document of(Run run) {
        return of(run, Optional.empty());
    }

    private Document document() {
        var sections = new ArrayList<Section>();
        Comparison speed = compare(List.of(Quantity.TIME, Quantity.KV_PEAK));
        List<Block.Figure> charts = charts(speed);
        add(
                sections,
                AT_A_GLANCE,
                Depth.FULL,
                List.copyOf(charts.subList(0, Math.min(1, charts.size()))));
        add(sections, "Time", Depth.BRIEF, family(List.of(Quantity.TIME), "Time, lower is better"));
        add(
                sections,
                "Against the limit",
                Depth.FULL,
                tables(LimitTable.of(run, names, marks).stream().toList()));
        add(
                sections,
                "Memory",
                Depth.BRIEF,
                family(
                        List.of(Quantity.KV_PEAK, Quantity.KV_HELD),
                        "Bytes of cache: the most alive at once (peak), the most held after a"
                                + " step"));
        add(sections, "Latency", Depth.FULL, latency());
        add(sections, "Outcome", Depth.BRIEF, outcome());
        add(
                sections,
                "Charts",
                Depth.FULL,
                List.copyOf(charts.subList(Math.min(1, charts.size()), charts.size())));
        add(sections, "The notebook's views", Depth.FULL, notebook());
        add(sections, "Measured on", Depth.BRIEF, context());
        add(sections, "Memory ledger", Depth.DETAIL, tables(ledgers()));
        add(sections, "How to repeat it", Depth.FULL, commands());
        Document document =
                new Document(
                        "KV cache benchmark: " + run.name(),
                        summary(speed),
                        Stream.concat(warnings().stream(), unreadable.stream()).toList(),
                        sections);
        return document.with(words(document));
    }

    private static Section words(Document document) {
        List<String> words = Words.of(document);
        return new Section(
                "Words", Depth.FULL, words.isEmpty() ? List.of() : List.of(new Block.Lines(words)));
    }

    /** Those of the run, or of each run that it was joined from. */
    private List<String> warnings() {
        if (run.context().isEmpty()) {
            return noContext();
        }
        if (parts.isEmpty()) {
            return ContextLines.warnings(run.context().get());
        }
        var warnings = new RunWarnings();
        parts.forEach(warnings::add);
        return Stream.concat(
                        readable(() -> MergedFrom.cautions(run.folder()), List.<String>of())
                                .stream(),
                        warnings.lines().stream())
                .toList();
    }

    /** A file beside the results that cannot be read is no reason to show nothing of them. */
    private <T> T readable(Supplier<T> file, T nothing) {
        try {
            return file.get();
        } catch (InputException e) {
            unreadable.add(e.getMessage());
            return nothing;
        }
    }

    private static void add(
            List<Section> sections, String heading, Depth depth, List<Block> blocks) {
        if (!blocks.isEmpty()) {
            sections.add(new Section(heading, depth, blocks));
        }
    }

    private Comparison compare(List<Quantity> quantities) {
        return Comparison.of(
                sides,
                Settings.along(Axis.STRATEGY).withQuantities(quantities).withBaseline(baseline));
    }

    private List<String> summary(Comparison speed) {
        if (run.results().isEmpty() && run.outcomes().failed().isEmpty()) {
            return List.of("No results.");
        }
        var sentences = new ArrayList<String>();
        new Recommendation(speed, names, lossy()).sentence().ifPresent(sentences::add);
        sentences.addAll(new VerdictSentences(speed, names, marks).all());
        sentences.addAll(BandwidthLines.of(ofClass(BandwidthLines.OF_HOST)));
        sentences.addAll(BandwidthLines.of(ofClass(BandwidthLines.OF_DEVICE)));
        sentences.addAll(NoiseFloor.of(run.results()));
        if (sentences.isEmpty()) {
            sentences.add(nothingToCompare());
        }
        return sentences;
    }

    private String nothingToCompare() {
        int results = run.results().size();
        if (results == 0) {
            return "No results: every fork failed, for the reasons below.";
        }
        int strategies = Axis.STRATEGY.columns(sides).size();
        return "%d result%s of %s: nothing to compare."
                .formatted(
                        results,
                        results == 1 ? "" : "s",
                        switch (strategies) {
                            case 0 -> "no strategy";
                            case 1 -> "one strategy";
                            default ->
                                    "%d strategies, no two of which were measured alike"
                                            .formatted(strategies);
                        });
    }

    private static List<String> noContext() {
        return List.of(
                "there is no context.json: what machine, runtime and model this was measured on is"
                        + " not known.");
    }

    /**
     * Strategies that do not claim to give the tokens of no cache, and those of which nobody says
     * that they do.
     */
    private Set<String> lossy() {
        Map<String, Boolean> claims =
                run.context().stream()
                        .flatMap(context -> context.parity().stream())
                        .collect(
                                Collectors.toMap(
                                        Parity::strategy, Parity::exact, Boolean::logicalAnd));
        return Axis.STRATEGY.columns(sides).stream()
                .filter(
                        strategy ->
                                !claims.getOrDefault(
                                        strategy,
                                        EXACT.contains(NoiseFloor.withoutNumber(strategy))))
                .collect(Collectors.toSet());
    }

    private List<Block> family(List<Quantity> quantities, String heading) {
        Comparison comparison = compare(quantities);
        var blocks = new ArrayList<Block>();
        if (!comparison.rows().isEmpty()) {
            Table table = ComparisonTable.of(heading, comparison, names, marks);
            List<String> notes = new ArrayList<>(table.notes());
            if (quantities.contains(Quantity.TIME)) {
                notes.addAll(names.fixed());
            }
            blocks.add(
                    new Block.Tabular(
                            new Table(table.heading(), table.columns(), table.rows(), notes)));
        }
        if (quantities.contains(Quantity.TIME)) {
            RateTable.of(run, names, baseline, marks)
                    .map(Block.Tabular::new)
                    .ifPresent(blocks::add);
            OtherResults.of(withoutStrategy()).map(Block.Tabular::new).ifPresent(blocks::add);
        }
        return blocks;
    }

    private List<Block> latency() {
        var blocks = new ArrayList<>(family(LATENCY, "Latency of answers, lower is better"));
        Comparison gaps = compare(GAPS);
        if (!gaps.rows().isEmpty()) {
            blocks.add(
                    new Block.Tabular(
                            ComparisonTable.ofFigures(
                                    "Gaps between tokens (ITL)",
                                    gaps,
                                    names,
                                    List.of(
                                            "Percentiles of the gaps before each token but the"
                                                + " first, over all answers of an iteration,"
                                                + " interpolated linearly, so that p99 of few gaps"
                                                + " is close to the longest."))));
        }
        RecordingTable.of(run.results(), names).map(Block.Tabular::new).ifPresent(blocks::add);
        return blocks;
    }

    private List<JmhResult> withoutStrategy() {
        return run.results().stream()
                .filter(result -> result.param(Groups.STRATEGY).isEmpty())
                .filter(result -> !BANDWIDTHS.contains(result.className()))
                .toList();
    }

    private List<JmhResult> ofClass(String name) {
        return run.results().stream().filter(result -> result.className().equals(name)).toList();
    }

    private List<Block> outcome() {
        return tables(
                Stream.of(
                                OutcomeTable.success(run, names, marks).stream(),
                                OutcomeTable.parity(run).stream(),
                                OutcomeTable.withoutResult(run.outcomes()).stream())
                        .flatMap(table -> table)
                        .toList());
    }

    private static List<Block> tables(Collection<Table> tables) {
        return tables.stream().<Block>map(Block.Tabular::new).toList();
    }

    private List<Block.Figure> charts(Comparison speed) {
        var figures = new ArrayList<Block.Figure>();
        figures.addAll(DepthCharts.of(ofClass("DecodeStepBenchmark")));
        FrontierChart.of(speed, names).ifPresent(figures::add);
        List<Conversations.Group> scopes = Conversations.acrossScopes(turns);
        scopes.forEach(
                group -> TurnCharts.ofScopes(group, suffix(scopes, group)).ifPresent(figures::add));
        List<Conversations.Group> groups = Conversations.withSingleAnswers(turns);
        for (Conversations.Group group : groups) {
            readable(
                            () ->
                                    LatencyChart.of(
                                            TokenGaps.in(
                                                    run.folder(),
                                                    line -> Conversations.isOf(group, line)),
                                            group.subject(),
                                            suffix(groups, group)),
                            Optional.<Block.Figure>empty())
                    .ifPresent(figures::add);
        }
        return List.copyOf(figures);
    }

    private List<Block> notebook() {
        List<Conversations.Group> groups = groups();
        var blocks = new ArrayList<Block>();
        for (Conversations.Group group : groups) {
            if (group.turns().isEmpty()) {
                blocks.add(new Block.Lines(group.notes()));
                continue;
            }
            blocks.add(new Block.Tabular(NotebookTable.of(group)));
            blocks.addAll(NotebookCharts.of(group, suffix(groups, group)));
            blocks.addAll(TurnCharts.of(group, suffix(groups, group)));
        }
        return blocks;
    }

    private List<Conversations.Group> groups() {
        return Conversations.groups(turns);
    }

    private static String suffix(List<Conversations.Group> groups, Conversations.Group group) {
        int place = groups.indexOf(group);
        return place == 0 ? "" : "-" + (place + 1);
    }

    private List<Table> ledgers() {
        Map<String, String[]> axes = new LinkedHashMap<>();
        axes.put("ConversationBenchmark", new String[] {"turns"});
        axes.put("GenerationBenchmark", new String[] {"promptTokens", "tokenBudget"});
        axes.put("PrefillBenchmark", new String[] {"promptTokens"});
        axes.put("DecodeStepBenchmark", new String[] {"depth"});
        return axes.entrySet().stream()
                .flatMap(axis -> LedgerTables.of(ofClass(axis.getKey()), axis.getValue()).stream())
                .toList();
    }

    private List<Block> context() {
        if (run.context().isEmpty()) {
            return List.of();
        }
        var lines = new ArrayList<>(ContextLines.facts(run.context().get()));
        parts.forEach((name, part) -> lines.add(joined(name, part)));
        int resumed = run.timesResumed();
        if (resumed > 0) {
            lines.add(
                    "Stopped and resumed %d time%s: see context.resumed-*.json beside this."
                            .formatted(resumed, resumed == 1 ? "" : "s"));
        }
        return List.of(new Block.Lines(lines));
    }

    private static String joined(String name, RunContext part) {
        return "Joined from %s: run of %s, load %s"
                .formatted(name, part.utc(), Format.number(part.host().loadAverage()));
    }

    private List<Block> commands() {
        var commands = new ArrayList<String>();
        run.context().map(Report::command).ifPresent(commands::add);
        commands.add("java -jar target/benchmarks.jar report " + quoted(place()));
        commands.add(
                "java -jar target/benchmarks.jar compare base=%s cand=jmh-results/OTHER"
                        .formatted(quoted(place())));
        return List.of(new Block.Commands(commands));
    }

    /** The run as a user below whose folder it lies would name it. */
    private String place() {
        Path file =
                run.json().getFileName().toString().equals(Run.RESULTS_FILE)
                        ? run.folder().toAbsolutePath()
                        : run.json().toAbsolutePath();
        Path here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file).toString() : file.toString();
    }

    private static String command(RunContext context) {
        return Stream.concat(
                        Stream.of("java -jar target/benchmarks.jar bench"),
                        context.arguments().stream().map(Report::quoted))
                .collect(Collectors.joining(" "));
    }

    /** A word as a shell takes it. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./=,:@+-]+")
                ? word
                : "'" + word.replace("'", "'\\''") + "'";
    }
}
