package kvbench.bench;

import kvbench.generate.Turn;
import kvbench.memory.Ledger;
import kvbench.memory.Ledger.Line;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The ledger's lines as columns of a turn: {@code arena.inuse} in bytes is {@code arenaInuseBytes};
 * one that says where they were read, and one with the reasons of those that are NaN.
 */
final class LedgerColumns {
    /** Lines that stand among a turn's other columns, by the same name. */
    private static final Set<String> STAND_ELSEWHERE = Set.of("kv.held", "kv.peak");

    private static final Map<String, String> UNITS =
            Map.of(
                    "bytes",
                    "Bytes",
                    "bytes/token",
                    "BytesPerToken",
                    "allocations/token",
                    "PerToken");

    private static final String REASONS = "ledgerNotTold";

    /**
     * Where the figures were read: {@value #IN_WARM_UP}, once for each turn of a fork, so that its
     * repetitions have copies; or {@value #NOWHERE}.
     */
    static final String READ = "ledgerRead";

    private static final String IN_WARM_UP = "warm-up";
    static final String NOWHERE = "none";

    /** Names of the columns, in their order. */
    static final List<String> NAMES =
            Stream.concat(lines(Ledger.FORM).map(LedgerColumns::name), Stream.of(READ, REASONS))
                    .toList();

    private LedgerColumns() {}

    /** The values of a turn, by the name of the column. */
    static Map<String, String> of(Turn turn) {
        List<Line> lines =
                turn.ledger()
                        .orElseGet(
                                () ->
                                        Ledger.unknown(
                                                turn.succeeded()
                                                        ? "the memory was not measured"
                                                        : "the turn failed"))
                        .lines();
        var values = new LinkedHashMap<String, String>();
        lines(lines).forEach(line -> values.put(name(line), number(line.figure().value())));
        values.put(
                READ,
                lines.stream().anyMatch(line -> line.figure().known()) ? IN_WARM_UP : NOWHERE);
        values.put(REASONS, reasons(lines));
        return values;
    }

    private static Stream<Line> lines(List<Line> lines) {
        return lines.stream().filter(line -> !STAND_ELSEWHERE.contains(line.name()));
    }

    private static String name(Line line) {
        String[] words = line.name().replace(".norm", "").split("\\.");
        return Stream.of(words)
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(
                        Collectors.collectingAndThen(
                                Collectors.joining(),
                                name -> Character.toLowerCase(name.charAt(0)) + name.substring(1)))
                .concat(UNITS.get(line.unit()));
    }

    /** Bytes are whole; what is per token need not be. */
    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        return value == Math.rint(value)
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    /** {@code reason: line, line; reason: line}, or the reason alone where it is that of all. */
    private static String reasons(List<Line> lines) {
        Map<String, List<String>> names =
                lines.stream()
                        .filter(line -> !line.figure().known())
                        .collect(
                                Collectors.groupingBy(
                                        line -> line.figure().reason(),
                                        LinkedHashMap::new,
                                        Collectors.mapping(Line::name, Collectors.toList())));
        return names.entrySet().stream()
                .map(
                        reason ->
                                reason.getValue().size() == lines.size()
                                        ? reason.getKey()
                                        : "%s: %s"
                                                .formatted(
                                                        reason.getKey(),
                                                        String.join(", ", reason.getValue())))
                .collect(Collectors.joining("; "));
    }
}
