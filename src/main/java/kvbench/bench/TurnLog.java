package kvbench.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import kvbench.generate.CacheUse;
import kvbench.generate.Generation;
import kvbench.generate.Percentiles;
import kvbench.generate.Turn;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a fork keeps of each turn that it measures: a row of {@value #TURNS_FILE}, and each token
 * with its time in {@value #TOKENS_FILE}.
 *
 * <p>Both lie in a folder of this fork's own, from which the suite puts together the run's. Where
 * none is given ({@value #FOLDER_PROPERTY}), as when JMH is started by itself, nothing is written.
 * The turns of an iteration are added at once, after its clock has stopped.
 */
public final class TurnLog {
    /**
     * System property with the fork's folder, which exists: {@code <run>/forks/<cell>-<fork>}. Set
     * by the suite.
     */
    public static final String FOLDER_PROPERTY = "kvbench.fork.folder";

    /** System property with the fork's number within its arm, from 1. Set by the suite. */
    public static final String FORK_PROPERTY = "kvbench.fork";

    /** A row for each turn, in CSV (RFC 4180, lines end in a line feed): {@link #header}. */
    public static final String TURNS_FILE = "turns.csv";

    /**
     * A JSON object for each turn, one a line: what tells the turn from others, its tokens, and the
     * time of each in nanoseconds since generation began.
     */
    public static final String TOKENS_FILE = "tokens.jsonl";

    /** Parameters that tell one arm from another; of a benchmark that has not all, some are "". */
    private static final List<String> PARAMETERS =
            List.of(
                    "strategy",
                    "scenario",
                    "turns",
                    "tokenBudget",
                    "history",
                    "scope",
                    "model",
                    "provider",
                    "threads",
                    "dtype",
                    "sampling",
                    "allocator");

    private static final String FORK = "fork";

    private static final List<String> COUNTERS = List.of(FORK, "repetition");

    private static final String SUCCESS = "success";
    private static final String ERROR = "error";
    private static final String NOT_KNOWN = "NaN";
    private static final double NANOS_PER_MILLI = 1e6;

    /** What is said of a turn, one line a column; NaN is what a turn has not. */
    private static final List<Column> COLUMNS =
            Stream.of(
                            Stream.of(
                                    column("turn", Turn::number),
                                    column("promptTokens", Turn::promptTokens),
                                    column("prefilledTokens", TurnLog::prefilledTokens),
                                    ofCache("rewoundTokens", CacheUse::rewoundTokens),
                                    column("generatedTokens", TurnLog::generatedTokens),
                                    column(
                                            "totalTokens",
                                            turn -> turn.promptTokens() + generatedTokens(turn)),
                                    column("contextWords", Turn::contextWords),
                                    millis("ttftMillis", Generation::timeToFirstToken),
                                    millis("tpotMillis", Generation::timePerOutputToken),
                                    gapMillis("itlP50Millis", Percentiles::p50),
                                    gapMillis("itlP90Millis", Percentiles::p90),
                                    gapMillis("itlP99Millis", Percentiles::p99),
                                    gapMillis("itlMaxMillis", Percentiles::max),
                                    millis("generationMillis", Generation::totalNanos),
                                    ofAnswer("tokensPerSecond", Generation::tokensPerSecond),
                                    ofCache("kvHeldBytes", CacheUse::heldBytes),
                                    ofCache("kvPeakBytes", CacheUse::peakBytes),
                                    ofCache("kvCopiedBytes", CacheUse::copiedBytes)),
                            LedgerColumns.NAMES.stream()
                                    .map(
                                            name ->
                                                    column(
                                                            name,
                                                            turn ->
                                                                    LedgerColumns.of(turn)
                                                                            .get(name))),
                            Stream.of(
                                    column(SUCCESS, Turn::succeeded),
                                    column(ERROR, turn -> turn.error().orElse(""))))
                    .flatMap(columns -> columns)
                    .toList();

    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();
    private static final CSVFormat BY_NAME =
            FORMAT.builder().setHeader().setSkipHeaderRecord(true).get();
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Column(String name, Function<Turn, Object> value) {}

    private record Files(ForkFile turns, ForkFile tokens, int fork) {}

    private final Map<String, String> arm;
    private final Optional<Files> files;
    private int repetition;

    private TurnLog(Map<String, String> arm, Optional<Files> files) {
        this.arm = arm;
        this.files = files;
    }

    /** The log of the arm that this fork measures. */
    static TurnLog of(BenchmarkParams params) {
        return new TurnLog(
                arm(params.getBenchmark(), params::getParam),
                Optional.ofNullable(System.getProperty(FOLDER_PROPERTY)).map(TurnLog::files));
    }

    private static Files files(String folder) {
        String fork = System.getProperty(FORK_PROPERTY, "");
        if (!fork.matches("\\d{1,9}")) {
            throw new IllegalStateException(
                    "expected the fork's number in -D%s, found \"%s\""
                            .formatted(FORK_PROPERTY, fork));
        }
        Path path = Path.of(folder);
        return new Files(
                new ForkFile(path.resolve(TURNS_FILE), header()),
                new ForkFile(path.resolve(TOKENS_FILE), ""),
                Integer.parseInt(fork));
    }

    /** The first line of {@link #TURNS_FILE}, with its line feed. */
    public static String header() {
        return record(
                Stream.of(
                                Stream.of("benchmark"),
                                PARAMETERS.stream(),
                                COUNTERS.stream(),
                                COLUMNS.stream().map(Column::name))
                        .flatMap(names -> names));
    }

    /** What rows of {@link #TURNS_FILE} come to. */
    public record Counts(int turns, int succeeded) {
        /**
         * Counts rows.
         *
         * @param rows without the first line
         * @throws IllegalArgumentException if they are no such rows
         */
        public static Counts of(String rows) {
            try (CSVParser parser = CSVParser.parse(header() + rows, BY_NAME)) {
                List<CSVRecord> records = parser.getRecords();
                records.forEach(TurnLog::requireColumns);
                int succeeded =
                        (int)
                                records.stream()
                                        .filter(row -> row.get(SUCCESS).equals("true"))
                                        .count();
                return new Counts(records.size(), succeeded);
            } catch (IOException | UncheckedIOException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
    }

    /**
     * The rows up to the first that is none, as a process leaves them that died while it wrote.
     *
     * @param rows without the first line
     */
    public static String readable(String rows) {
        var readable = new StringBuilder();
        try (CSVParser parser = CSVParser.parse(header() + rows, BY_NAME)) {
            for (CSVRecord row : parser) {
                requireColumns(row);
                readable.append(record(Stream.of(row.values())));
            }
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            return readable.toString();
        }
        return readable.toString();
    }

    /**
     * The same file with another number of the fork in each row.
     *
     * @param file all of {@link #TURNS_FILE}
     * @throws IllegalArgumentException if it is none
     */
    public static String renumbered(String file, int fork) {
        try (CSVParser parser = CSVParser.parse(file, BY_NAME)) {
            var rows = new StringBuilder(header());
            for (CSVRecord row : parser) {
                requireColumns(row);
                String[] values = row.values();
                values[parser.getHeaderMap().get(FORK)] = Integer.toString(fork);
                rows.append(record(Stream.of(values)));
            }
            return rows.toString();
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static void requireColumns(CSVRecord row) {
        if (!row.isConsistent() || !row.isMapped(FORK)) {
            throw new IllegalArgumentException(
                    "row %d has not the columns of turns".formatted(row.getRecordNumber()));
        }
    }

    /**
     * The row of a turn that was to be measured in a fork that died before it: all figures are NaN.
     *
     * @param benchmark full name of the benchmark
     * @param params its parameters
     * @param reason what the fork died of
     */
    public static String lostTurn(
            String benchmark,
            Map<String, String> params,
            int fork,
            int repetition,
            int turn,
            String reason) {
        Map<String, Object> known =
                Map.of(
                        "turn",
                        turn,
                        LedgerColumns.READ,
                        LedgerColumns.NOWHERE,
                        SUCCESS,
                        false,
                        ERROR,
                        reason.replaceAll("\\s+", " "));
        return record(
                Stream.of(
                                arm(benchmark, params::get).values().stream(),
                                Stream.of(fork, repetition),
                                COLUMNS.stream()
                                        .map(
                                                column ->
                                                        known.getOrDefault(
                                                                column.name(), NOT_KNOWN)))
                        .flatMap(values -> values));
    }

    private static Map<String, String> arm(String benchmark, UnaryOperator<String> params) {
        var arm = new LinkedHashMap<String, String>();
        arm.put("benchmark", benchmark.replaceFirst(".*\\.(?=[^.]+\\.[^.]+$)", ""));
        PARAMETERS.forEach(
                name -> arm.put(name, Objects.requireNonNullElse(params.apply(name), "")));
        return arm;
    }

    /** Adds the turns of one iteration, unless it was for warming up. */
    void add(List<Turn> turns, IterationParams iteration) {
        if (iteration.getType() == IterationType.MEASUREMENT) {
            repetition++;
            files.ifPresent(
                    into -> {
                        into.turns().add(lines(turns, turn -> row(into.fork(), turn)));
                        into.tokens().add(lines(turns, turn -> json(into.fork(), turn)));
                    });
        }
    }

    private static String lines(List<Turn> turns, Function<Turn, String> line) {
        return turns.stream().map(line).collect(Collectors.joining());
    }

    private String row(int fork, Turn turn) {
        return record(
                Stream.of(
                                arm.values().stream(),
                                Stream.of(fork, repetition),
                                COLUMNS.stream().map(column -> column.value().apply(turn)))
                        .flatMap(values -> values));
    }

    private static String record(Stream<?> values) {
        return FORMAT.format(values.toArray()) + "\n";
    }

    private String json(int fork, Turn turn) {
        ObjectNode line = JSON.createObjectNode();
        arm.forEach(line::put);
        line.put(FORK, fork);
        line.put("repetition", repetition);
        line.put("turn", turn.number());
        line.put("promptTokens", turn.promptTokens());
        line.put("success", turn.succeeded());
        line.put("error", turn.error().orElse(""));
        ArrayNode tokens = line.putArray("tokens");
        ArrayNode nanos = line.putArray("nanos");
        turn.generation()
                .ifPresent(
                        answer -> {
                            for (int i = 0; i < answer.tokens().length; i++) {
                                tokens.add(answer.tokens()[i]);
                                nanos.add(answer.nanos()[i]);
                            }
                        });
        try {
            return JSON.writeValueAsString(line) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a turn that is no JSON: " + line, e);
        }
    }

    private static Object prefilledTokens(Turn turn) {
        return turn.generation().<Object>map(Generation::prefilledTokens).orElse(NOT_KNOWN);
    }

    private static int generatedTokens(Turn turn) {
        return turn.generation().map(answer -> answer.tokens().length).orElse(0);
    }

    private static Column column(String name, Function<Turn, Object> value) {
        return new Column(name, value);
    }

    private static Column ofAnswer(String name, ToDoubleFunction<Generation> value) {
        return column(
                name,
                turn -> number(turn.generation().map(value::applyAsDouble).orElse(Double.NaN)));
    }

    private static Column millis(String name, ToDoubleFunction<Generation> nanos) {
        return ofAnswer(name, answer -> nanos.applyAsDouble(answer) / NANOS_PER_MILLI);
    }

    private static Column gapMillis(String name, ToDoubleFunction<Percentiles> nanos) {
        return millis(name, answer -> nanos.applyAsDouble(answer.interTokenPercentiles()));
    }

    private static Column ofCache(String name, Function<CacheUse, Object> value) {
        return column(name, turn -> turn.cache().map(value).orElse(NOT_KNOWN));
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.6f", value) : NOT_KNOWN;
    }
}
