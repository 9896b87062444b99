package kvbench.bench;

import kvbench.generate.Generation;
import kvbench.generate.Turn;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The run's {@code turns.csv}: one row for each turn of each measured conversation, written by the
 * fork that measured it.
 *
 * <p>Where no run folder is given ({@value #RUN_PROPERTY}), as when JMH is started by itself,
 * nothing is written.
 */
public final class TurnLog {
    /** System property with the run's folder, set by the {@code bench} command for its forks. */
    public static final String RUN_PROPERTY = "kvbench.run";

    /** Name of the file in the run's folder. */
    public static final String FILE = "turns.csv";

    /** Parameters of an arm, as columns. */
    private static final List<String> PARAMETERS =
            List.of(
                    "strategy",
                    "scenario",
                    "turns",
                    "tokenBudget",
                    "history",
                    "model",
                    "provider",
                    "threads");

    private static final List<String> FIGURES =
            List.of(
                    "fork",
                    "repetition",
                    "turn",
                    "promptTokens",
                    "generatedTokens",
                    "totalTokens",
                    "contextWords",
                    "generationMillis",
                    "ttftMillis",
                    "tpotMillis",
                    "tokensPerSecond",
                    "kvHeldBytes",
                    "kvPeakBytes",
                    "success",
                    "error");

    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();
    private static final double NANOS_PER_MILLI = 1e6;

    private final Optional<Path> file;
    private final List<String> parameters;
    private int repetition;

    private TurnLog(Optional<Path> file, List<String> parameters) {
        this.file = file;
        this.parameters = parameters;
    }

    /** The log of the arm that this fork measures. */
    static TurnLog of(BenchmarkParams params) {
        return new TurnLog(
                Optional.ofNullable(System.getProperty(RUN_PROPERTY))
                        .map(folder -> Path.of(folder, FILE)),
                PARAMETERS.stream().map(params::getParam).toList());
    }

    /** Writes the first line of a run's file. */
    public static void begin(Path runFolder) {
        var header = new ArrayList<>(PARAMETERS);
        header.addAll(FIGURES);
        write(runFolder.resolve(FILE), List.of(header));
    }

    /** Adds the turns of one iteration, unless it was for warming up. */
    void add(List<Turn> turns, IterationParams iteration) {
        if (iteration.getType() == IterationType.MEASUREMENT) {
            repetition++;
            file.ifPresent(path -> write(path, turns.stream().map(this::row).toList()));
        }
    }

    private List<String> row(Turn turn) {
        var row = new ArrayList<>(parameters);
        // The process tells the forks of an arm apart.
        row.add(Long.toString(ProcessHandle.current().pid()));
        row.add(Integer.toString(repetition));
        row.add(Integer.toString(turn.number()));
        row.add(Integer.toString(turn.promptTokens()));
        int generated = turn.generation().map(answer -> answer.tokens().length).orElse(0);
        row.add(Integer.toString(generated));
        row.add(Integer.toString(turn.promptTokens() + generated));
        row.add(Integer.toString(turn.contextWords()));
        row.addAll(times(turn.generation()));
        row.add(bytes(turn.heldBytes().stream().boxed().findFirst()));
        row.add(bytes(turn.peakBytes().stream().boxed().findFirst()));
        row.add(Boolean.toString(turn.succeeded()));
        row.add(turn.error().orElse(""));
        return row;
    }

    private static List<String> times(Optional<Generation> generation) {
        return generation
                .map(
                        answer ->
                                List.of(
                                        number(answer.totalNanos() / NANOS_PER_MILLI),
                                        number(answer.timeToFirstToken() / NANOS_PER_MILLI),
                                        number(answer.timePerOutputToken() / NANOS_PER_MILLI),
                                        number(answer.tokensPerSecond())))
                .orElse(List.of("NaN", "NaN", "NaN", "NaN"));
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.6f", value) : "NaN";
    }

    private static String bytes(Optional<Long> value) {
        return value.map(String::valueOf).orElse("NaN");
    }

    private static void write(Path file, List<List<String>> rows) {
        try (Writer out =
                        Files.newBufferedWriter(
                                file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                CSVPrinter printer = new CSVPrinter(out, FORMAT)) {
            printer.printRecords(rows);
        } catch (IOException e) {
            throw new UncheckedIOException("the turns could not be written to " + file, e);
        }
    }
}
