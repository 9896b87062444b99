package kvbench.report;

import kvbench.context.RunContext;
import kvbench.model.InputException;
import kvbench.report.Table.Cell;
import kvbench.report.Table.Column;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a run found, as tables.
 *
 * <p>Every result stands in one of them, or in a list of what has none; nothing is dropped. Numbers
 * come from the samples in JMH's file, not from its scores.
 */
public final class Report {
    /** Name of JMH's file in a run's folder. */
    public static final String RESULTS_FILE = "results.json";

    private static final String CONVERSATION = "ConversationBenchmark";
    private static final String GENERATION = "GenerationBenchmark";
    private static final String PREFILL = "PrefillBenchmark";
    private static final String DECODE_STEP = "DecodeStepBenchmark";
    private static final String READ_BANDWIDTH = "ReadBandwidthBenchmark";
    private static final Set<String> KNOWN =
            Set.of(CONVERSATION, GENERATION, PREFILL, DECODE_STEP, READ_BANDWIDTH);

    private final List<JmhResult> results;
    private final Optional<RunContext> context;
    private final List<FailedArm> failed;
    private final List<VetoedArm> vetoed;

    private Report(
            List<JmhResult> results,
            Optional<RunContext> context,
            List<FailedArm> failed,
            List<VetoedArm> vetoed) {
        this.results = List.copyOf(results);
        this.context = context;
        this.failed = List.copyOf(failed);
        this.vetoed = List.copyOf(vetoed);
    }

    /**
     * A report of results at hand.
     *
     * @param context what they were measured on, if that is known
     * @param failed arms that were run and gave no result
     * @param vetoed arms that were not run
     */
    public static Report of(
            List<JmhResult> results,
            Optional<RunContext> context,
            List<FailedArm> failed,
            List<VetoedArm> vetoed) {
        return new Report(results, context, failed, vetoed);
    }

    /**
     * Reads a run's folder, or a JSON file of JMH's and the {@code context.json} beside it, if
     * there is one.
     *
     * @throws InputException if a file cannot be read or is not what JMH or this suite writes
     */
    public static Report read(Path runFolderOrJson) {
        Path json =
                Files.isDirectory(runFolderOrJson)
                        ? runFolderOrJson.resolve(RESULTS_FILE)
                        : runFolderOrJson;
        Path beside = json.resolveSibling(RunContext.FILE_NAME);
        Outcomes outcomes = Outcomes.beside(json);
        return of(
                JmhFile.read(json),
                Files.exists(beside) ? Optional.of(RunContext.read(beside)) : Optional.empty(),
                outcomes.failed(),
                outcomes.vetoed());
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
        List<String> footer = BandwidthLines.of(ofClass(READ_BANDWIDTH));
        if (!footer.isEmpty()) {
            parts.add(paragraph(footer));
        }
        return String.join("\n", parts);
    }

    private List<Table> tables() {
        var tables = new ArrayList<Table>();
        tables.addAll(AnswerTables.ofConversations().tables(ofClass(CONVERSATION)));
        tables.addAll(AnswerTables.ofGenerations().tables(ofClass(GENERATION)));
        tables.addAll(PrefillTables.tables(ofClass(PREFILL)));
        tables.addAll(DecodeStepTables.tables(ofClass(DECODE_STEP)));
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

    /** What failed and what was not run, in one table; none where all went well. */
    private List<Table> withoutResult() {
        var rows = new ArrayList<List<Cell>>();
        failed.forEach(
                arm ->
                        rows.add(
                                words(
                                        "failed",
                                        arm.benchmark(),
                                        Groups.words(arm.params()),
                                        arm.reason())));
        vetoed.forEach(
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
                        "Without a result: %d failed, %d not run"
                                .formatted(failed.size(), vetoed.size()),
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
