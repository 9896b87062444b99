package kvbench.compare;

import kvbench.results.JmhResult;
import kvbench.results.Metric;
import kvbench.results.MetricNames;
import kvbench.results.Units;
import kvbench.stats.Estimate;
import kvbench.stats.Statistics;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One figure of a result that can be compared.
 *
 * @param name as a user names it: {@code time}, {@code ttft}, {@code kv.peak}, or the name of any
 *     secondary metric
 * @param label as a table names it
 * @param kind what it is a figure of
 * @param metric name of the secondary metric that holds it
 */
public record Quantity(String name, String label, Kind kind, String metric) {

    /** What a figure is of: how it is read, tested, and which way is better. */
    public enum Kind {
        /** In seconds; less is better; varies, so it is tested. */
        TIME,
        /** In bytes; less is better; counted, so that no difference is noise. */
        COUNTED_BYTES,
        /** In bytes; less is better; read from the system, so it varies. */
        MEASURED_BYTES,
        /** In whatever unit it has; varies; of bytes less is better, of others it is not known. */
        OTHER
    }

    /** Time of generation for whole answers, of the operation otherwise. */
    public static final Quantity TIME =
            new Quantity("time", "time", Kind.TIME, MetricNames.GENERATION_TIME);

    public static final Quantity TTFT = new Quantity("ttft", "TTFT", Kind.TIME, MetricNames.TTFT);
    public static final Quantity TPOT = new Quantity("tpot", "TPOT", Kind.TIME, MetricNames.TPOT);
    public static final Quantity ITL_P50 = itl("p50", MetricNames.ITL_P50);
    public static final Quantity ITL_P90 = itl("p90", MetricNames.ITL_P90);
    public static final Quantity ITL_P99 = itl("p99", MetricNames.ITL_P99);
    public static final Quantity ITL_MAX = itl("max", MetricNames.ITL_MAX);

    public static final Quantity GRAPH_RECORD =
            new Quantity(
                    MetricNames.GRAPH_RECORD, "graph record", Kind.TIME, MetricNames.GRAPH_RECORD);

    public static final Quantity KV_HELD =
            new Quantity(MetricNames.KV_HELD, "KV held", Kind.COUNTED_BYTES, MetricNames.KV_HELD);
    public static final Quantity KV_PEAK =
            new Quantity(MetricNames.KV_PEAK, "KV peak", Kind.COUNTED_BYTES, MetricNames.KV_PEAK);

    /** Those with names of their own, in the order of the report. */
    public static final List<Quantity> NAMED =
            List.of(
                    TIME,
                    TTFT,
                    TPOT,
                    ITL_P50,
                    ITL_P90,
                    ITL_P99,
                    ITL_MAX,
                    GRAPH_RECORD,
                    KV_HELD,
                    KV_PEAK);

    /** What is compared where nobody says what: speed, and the bytes of the cache. */
    public static final List<Quantity> DEFAULT = List.of(TIME, KV_HELD, KV_PEAK);

    private static final Set<String> ALWAYS =
            Set.of(MetricNames.GENERATION_TIME, MetricNames.TOKENS);

    private static final String LEDGER = "ledger.";
    private static final String PER_SECOND = "ops/";

    /**
     * The quantities that {@code name} stands for: {@code memory} is all bytes of the cache, {@code
     * latency} is TTFT, TPOT and p99; what a table calls one is a name of it too; a name that is
     * none of the named ones is that of a secondary metric, and where one of the named ones is made
     * of that, it is that one.
     */
    public static List<Quantity> named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "memory" -> List.of(KV_HELD, KV_PEAK);
            case "latency" -> List.of(TTFT, TPOT, ITL_P99);
            default ->
                    List.of(
                            NAMED.stream()
                                    .filter(quantity -> quantity.isCalled(name))
                                    .findFirst()
                                    .orElseGet(() -> ofMetric(name)));
        };
    }

    /** By its name or as a table has it, whatever the case, or by the metric that holds it. */
    private boolean isCalled(String word) {
        return name.equalsIgnoreCase(word)
                || label.equalsIgnoreCase(word)
                || List.of(metric, LEDGER + metric).contains(word);
    }

    private static Quantity itl(String percentile, String metric) {
        return new Quantity("itl." + percentile, "ITL " + percentile, Kind.TIME, metric);
    }

    private static Quantity ofMetric(String name) {
        boolean isBytes =
                name.startsWith(LEDGER) || name.startsWith("kv.") || name.startsWith("rss.");
        return new Quantity(name, name, isBytes ? Kind.MEASURED_BYTES : Kind.OTHER, name);
    }

    /**
     * The secondary metrics that {@code quantities} are made of, and those that tell whether the
     * work was the same; of many large results not all that is in them fits the memory.
     */
    public static Predicate<String> metricsOf(List<Quantity> quantities) {
        return name ->
                ALWAYS.contains(name)
                        || quantities.stream()
                                .anyMatch(
                                        quantity ->
                                                name.equals(quantity.metric)
                                                        || name.equals(LEDGER + quantity.metric));
    }

    /** Whether equal work gives equal figures, so that a difference needs no test. */
    public boolean isExact() {
        return kind == Kind.COUNTED_BYTES;
    }

    /**
     * The figure that stands for all samples: median of the forks; of what is counted, the most.
     */
    Estimate estimate(List<List<Double>> samples) {
        if (!isExact()) {
            return Statistics.ofForks(samples);
        }
        double most =
                samples.stream()
                        .flatMap(List::stream)
                        .mapToDouble(Double::doubleValue)
                        .filter(Double::isFinite)
                        .max()
                        .orElse(Double.NaN);
        return Double.isNaN(most) ? Estimate.NONE : new Estimate(most, most, most, samples.size());
    }

    /** Whether what stands for the time of {@code result} is that of its answers alone. */
    boolean isOfAnswers(JmhResult result) {
        return name.equals(TIME.name)
                && Stream.of(metric, LEDGER + metric)
                        .anyMatch(key -> result.secondary(key).isPresent());
    }

    /** The samples of {@code result} in base units, or empty where it has no such figure. */
    Optional<Samples> of(JmhResult result) {
        Optional<Metric> found =
                Stream.of(metric, LEDGER + metric)
                        .flatMap(key -> result.secondary(key).stream())
                        .findFirst();
        if (name.equals(TIME.name)) {
            // Where there are no answers, what JMH timed is the operation itself.
            found = found.or(() -> Optional.of(result.primary()));
        }
        return found.filter(one -> !one.samples().isEmpty()).map(this::inBaseUnit);
    }

    private Samples inBaseUnit(Metric metric) {
        DoubleUnaryOperator seconds = Units.toSeconds(metric.unit());
        DoubleUnaryOperator bytes = Units.toBytes(metric.unit());
        return switch (kind) {
            case TIME ->
                    Double.isNaN(seconds.applyAsDouble(1))
                            ? new Samples(metric.unit(), metric.samples())
                            : new Samples("s", each(metric, seconds));
            case COUNTED_BYTES, MEASURED_BYTES ->
                    Double.isNaN(bytes.applyAsDouble(1))
                            ? new Samples(metric.unit(), metric.samples())
                            : new Samples("B", each(metric, bytes));
            case OTHER ->
                    Units.isBytes(metric.unit())
                            ? new Samples("B", each(metric, bytes))
                            : new Samples(metric.unit(), metric.samples());
        };
    }

    private static List<List<Double>> each(Metric metric, DoubleUnaryOperator unit) {
        return metric.samples().stream()
                .map(fork -> fork.stream().map(unit::applyAsDouble).toList())
                .toList();
    }

    /**
     * What a ratio to the baseline is called, once it is shown.
     *
     * @param unit {@code s}, {@code B}, or as JMH wrote it
     */
    public Verdict difference(double ratio, String unit) {
        boolean isLess = ratio < 1;
        return switch (kind) {
            case TIME ->
                    unit.equals("s")
                            ? isLess ? Verdict.FASTER : Verdict.SLOWER
                            : unit.startsWith(PER_SECOND)
                                    ? isLess ? Verdict.SLOWER : Verdict.FASTER
                                    : isLess ? Verdict.LOWER : Verdict.HIGHER;
            case COUNTED_BYTES -> isLess ? Verdict.LESS_MEMORY : Verdict.MORE_MEMORY;
            case MEASURED_BYTES, OTHER ->
                    Units.isBytes(unit)
                            ? isLess ? Verdict.LESS_MEMORY : Verdict.MORE_MEMORY
                            : isLess ? Verdict.LOWER : Verdict.HIGHER;
        };
    }

    /**
     * @param unit {@code s}, {@code B}, or as JMH wrote it where it is neither
     * @param values [fork][iteration]
     */
    record Samples(String unit, List<List<Double>> values) {}
}
