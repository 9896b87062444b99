package kvbench.report;

import kvbench.context.RunContext;
import kvbench.results.FailedArm;
import kvbench.results.JmhResult;
import kvbench.results.Outcomes;
import kvbench.results.Run;
import kvbench.results.UnfinishedArm;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;
import kvbench.table.TextTable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run found, as tables.
 *
 * <p>Every result stands in one of them, or in a list of what has none; nothing is dropped. Numbers
 * come from the samples in JMH's file, not from its scores.
 */
public final class Report {
    private static final String CONVERSATION = "ConversationBenchmark";
    private static final String GENERATION = "GenerationBenchmark";
    private static final String PREFILL = "PrefillBenchmark";
    private static final String DECODE_STEP = "DecodeStepBenchmark";
    private static final String READ_BANDWIDTH = "ReadBandwidthBenchmark";
    private static final Set<String> KNOWN =
            Set.of(CONVERSATION, GENERATION, PREFILL, DECODE_STEP, READ_BANDWIDTH);

    private final List<JmhResult> results;
    private final Optional<RunContext> context;
    private final Outcomes outcomes;

    private Report(List<JmhResult> results, Optional<RunContext> context, Outcomes outcomes) {
        this.results = List.copyOf(results);
        this.context = context;
        this.outcomes = outcomes;
    }

    /**
     * A report of results at hand.
     *
     * @param context what they were measured on, if that is known
     * @param outcomes what stands in no result
     */
    public static Report of(
            List<JmhResult> results, Optional<RunContext> context, Outcomes outcomes) {
        return new Report(results, context, outcomes);
    }

    /** A report of what a run left. */
    public static Report of(Run run) {
        return of(run.results(), run.context(), run.outcomes());
    }

    /** The results, in the file's order. */
    public List<JmhResult> results() {
        return results;
    }

    /** What the run was measured on, if that is known. */
    public Optional<RunContext> context() {
        return context;
    }

    /** The report as plain ASCII text of at most 110 columns. */
    public String text() {
        var parts = new ArrayList<String>();
        context.ifPresent(found -> parts.add(paragraph(ContextLines.of(found))));
        if (results.isEmpty()) {
            parts.add("No results.\n");
        }
        tables().forEach(table -> parts.add(TextTable.render(table)));
        var footer = new ArrayList<>(BandwidthLines.of(ofClass(READ_BANDWIDTH)));
        footer.addAll(NoiseFloor.of(results));
        if (!footer.isEmpty()) {
            parts.add(paragraph(footer));
        }
        return String.join("\n", parts);
    }

    private List<Table> tables() {
        var tables = new ArrayList<Table>();
        tables.addAll(
                AnswerTables.ofConversations().tables(withDead(CONVERSATION), outcomes.failed()));
        tables.addAll(AnswerTables.ofGenerations().tables(withDead(GENERATION), outcomes.failed()));
        tables.addAll(PrefillTables.tables(ofClass(PREFILL)));
        tables.addAll(DecodeStepTables.tables(ofClass(DECODE_STEP)));
        tables.addAll(LedgerTables.of(ofClass(CONVERSATION), "turns"));
        tables.addAll(LedgerTables.of(ofClass(GENERATION), "promptTokens", "tokenBudget"));
        tables.addAll(LedgerTables.of(ofClass(PREFILL), "promptTokens"));
        tables.addAll(LedgerTables.of(ofClass(DECODE_STEP), "depth"));
        tables.addAll(
                OtherTable.tables(
                        results.stream()
                                .filter(result -> !KNOWN.contains(result.className()))
                                .toList()));
        tables.addAll(withoutResult());
        return tables;
    }

    private List<JmhResult> ofClass(String name) {
        return results.stream().filter(result -> result.className().equals(name)).toList();
    }

    /**
     * The results, and an empty one for each arm all of whose forks failed: its turns count. Of an
     * arm of which forks are still to come nothing can be said yet.
     */
    private List<JmhResult> withDead(String name) {
        List<JmhResult> measured = ofClass(name);
        Stream<JmhResult> dead =
                outcomes.failed().stream()
                        .map(FailedArm::withoutSamples)
                        .filter(result -> result.className().equals(name))
                        .distinct()
                        .filter(result -> measured.stream().noneMatch(result::isOfSameArm))
                        .filter(
                                result ->
                                        outcomes.unfinished().stream()
                                                .map(UnfinishedArm::withoutSamples)
                                                .noneMatch(result::isOfSameArm));
        return Stream.concat(measured.stream(), dead).toList();
    }

    /** What failed, is to come, or was not run, in one table; none where all went well. */
    private List<Table> withoutResult() {
        var rows = new ArrayList<List<Cell>>();
        outcomes.failed()
                .forEach(
                        arm ->
                                rows.add(
                                        words(
                                                "fork %d failed".formatted(arm.fork()),
                                                arm.benchmark(),
                                                Groups.words(arm.params()),
                                                arm.reason())));
        outcomes.unfinished()
                .forEach(
                        arm ->
                                rows.add(
                                        words(
                                                "to come",
                                                arm.benchmark(),
                                                Groups.words(arm.params()),
                                                "%d of %d forks have not been run: go on with `bench --resume`"
                                                        .formatted(arm.missing(), arm.forks()))));
        outcomes.vetoed()
                .forEach(
                        arm ->
                                rows.add(
                                        words(
                                                "not run",
                                                arm.benchmark(),
                                                Groups.words(arm.params()),
                                                arm.reason())));
        if (rows.isEmpty()) {
            return List.of();
        }
        return List.of(
                new Table(
                        "Without a result: %d failed, %d to come, %d not run"
                                .formatted(
                                        outcomes.failed().size(),
                                        outcomes.unfinished().size(),
                                        outcomes.vetoed().size()),
                        List.of(
                                Column.words("outcome"),
                                Column.words("benchmark"),
                                Column.words("parameters"),
                                Column.words("reason")),
                        rows,
                        List.of()));
    }

    private static List<Cell> words(
            String outcome, String benchmark, String params, String reason) {
        return List.of(
                Cell.words(outcome),
                Cell.words(benchmark.replaceFirst("^kvbench\\.bench\\.", "")),
                Cell.words(params),
                Cell.words(reason));
    }

    private static String paragraph(List<String> lines) {
        return lines.stream()
                .flatMap(line -> TextTable.hanging(line).stream())
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }
}
