package kvbench.report;

import kvbench.compare.Order;
import kvbench.context.Model;
import kvbench.context.RunContext;
import kvbench.model.ElementType;
import kvbench.results.JmhResult;
import kvbench.results.Run;
import kvbench.table.Format;
import kvbench.table.Table;
import kvbench.table.Table.Cell;
import kvbench.table.Table.Column;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How near decode steps come to what memory allows: a step moves all weights and the cached keys
 * and values at least once, and memory moves no more than its measured bandwidth.
 */
final class LimitTable {
    private static final String STEPS = "DecodeStepBenchmark";

    /** Bytes of the cached tokens, which a step reads. */
    private static final String CACHED = "ledger.kv.analytic";

    private static final String AUTO = "auto";
    private static final String CUDA = "cuda";
    private static final String THREADS = "threads";
    private static final double MILLIS_PER_SECOND = 1e3;

    private final RunContext context;
    private final List<JmhResult> bandwidths;
    private final TestNames names;
    private final Map<String, String> marks;
    private final Notes notes = new Notes();

    private LimitTable(
            RunContext context,
            List<JmhResult> bandwidths,
            TestNames names,
            Map<String, String> marks) {
        this.context = context;
        this.bandwidths = bandwidths;
        this.names = names;
        this.marks = marks;
    }

    /**
     * The table of a run's decode steps; empty where the bandwidth of no device that they ran on
     * was measured, or nothing is known of their models.
     */
    static Optional<Table> of(Run run, TestNames names, Map<String, String> marks) {
        List<JmhResult> bandwidths =
                run.results().stream()
                        .filter(
                                result ->
                                        Set.of(BandwidthLines.OF_HOST, BandwidthLines.OF_DEVICE)
                                                .contains(result.className()))
                        .toList();
        return run.context()
                .flatMap(
                        context ->
                                new LimitTable(context, bandwidths, names, marks)
                                        .table(run.results()));
    }

    private Optional<Table> table(List<JmhResult> results) {
        var rows = new ArrayList<List<Cell>>();
        results.stream()
                .filter(result -> result.className().equals(STEPS))
                .filter(result -> result.param(Groups.STRATEGY).isPresent())
                .sorted(Order.RESULTS)
                .forEach(result -> bandwidth(result).ifPresent(of -> rows.add(row(result, of))));
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        var sentences = new ArrayList<String>();
        sentences.add(
                "to move: the weights in the type that is computed in and the cached keys and"
                        + " values. limit: that over the bandwidth measured in this run, of the"
                        + " device that computes. Above 100% are, on the CPU, weights that a"
                        + " processor's own caches hold, and on a GPU reading that is faster than"
                        + " the copying that was measured.");
        sentences.addAll(notes.lines(Set.of()));
        return Optional.of(
                new Table(
                        "Decode steps against the memory's limit",
                        List.of(
                                Column.words("test"),
                                Column.words("strategy"),
                                Column.numbers("time/token", "ms"),
                                Column.numbers("to move", ""),
                                Column.numbers("bandwidth", "GB/s"),
                                Column.numbers("limit", "ms"),
                                Column.numbers("of the limit", "")),
                        rows,
                        sentences));
    }

    private List<Cell> row(JmhResult result, JmhResult bandwidth) {
        String strategy = Groups.strategy(result);
        var arm = new Arm(result, "%s (%s)".formatted(strategy, names.of(result)), notes);
        double seconds = arm.primarySeconds().median();
        double bytes = weightBytes(arm) + arm.plain(CACHED).median();
        double bytesPerSecond = BandwidthLines.bytesPerSecond(bandwidth, notes);
        double limit = bytes / bytesPerSecond;
        return List.of(
                Cell.words(names.of(result)),
                Cell.words(strategy + marks.getOrDefault(strategy, "")),
                Cell.number(seconds, MILLIS_PER_SECOND),
                Cell.bytes(bytes),
                Cell.number(bytesPerSecond, 1e-9),
                Cell.number(limit, MILLIS_PER_SECOND),
                percent(limit / seconds));
    }

    /** Other than a share of successes, 99.96 may be shown as 100. */
    private static Cell percent(double part) {
        return new Cell(
                Double.isFinite(part)
                        ? String.format(Locale.ROOT, "%.1f%%", 100 * part)
                        : Format.NOT_AVAILABLE,
                part);
    }

    /** Of the device that {@code step} ran on; of several with as many threads the largest. */
    private Optional<JmhResult> bandwidth(JmhResult step) {
        Optional<String> provider = provider(step);
        return bandwidths.stream()
                .filter(
                        result ->
                                provider.isPresent()
                                        && BandwidthLines.isOfDevice(result)
                                                == provider.get().equals(CUDA))
                .max(
                        Comparator.<JmhResult, Boolean>comparing(
                                        result -> result.param(THREADS).equals(step.param(THREADS)))
                                .thenComparing(BandwidthLines::bytes));
    }

    /** Who computed, or empty where the run has several and the result does not say which. */
    private Optional<String> provider(JmhResult step) {
        return chosen(step, "provider").or(() -> single(context.runtime().computing().provider()));
    }

    private double weightBytes(Arm arm) {
        JmhResult step = arm.result();
        Optional<Model> model =
                context.models().stream()
                        .filter(one -> step.param("model").equals(Optional.of(one.name())))
                        .findFirst();
        Optional<ElementType> type =
                chosen(step, "dtype")
                        .or(() -> single(context.runtime().computing().elementType()))
                        .flatMap(LimitTable::type);
        if (model.isEmpty()) {
            notes.add("n/a, since context.json does not tell of its model", arm.label());
        } else if (type.isEmpty()) {
            notes.add(
                    "n/a, since neither parameter dtype nor context.json tells the one type that it"
                            + " computed in",
                    arm.label());
        }
        return model.isPresent() && type.isPresent()
                ? (double) model.get().parameters() * type.get().bytes()
                : Double.NaN;
    }

    private static Optional<String> chosen(JmhResult result, String param) {
        return result.param(param).filter(value -> !value.isEmpty() && !value.equals(AUTO));
    }

    /** What holds for all cells of the run, or empty where they differ. */
    private static Optional<String> single(String values) {
        return Optional.of(values).filter(value -> !value.contains(","));
    }

    private static Optional<ElementType> type(String name) {
        return Arrays.stream(ElementType.values())
                .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst();
    }
}
