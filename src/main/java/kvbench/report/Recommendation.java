package kvbench.report;

import kvbench.compare.Comparison;
import kvbench.compare.Entry;
import kvbench.compare.Row;
import kvbench.compare.Settings;
import kvbench.compare.Verdict;
import kvbench.table.Format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Which strategy a run speaks for, in one sentence: the fastest exact one that is shown to be
 * faster than the baseline somewhere and slower nowhere, with what it costs in memory; of those
 * that are as fast, within the practical threshold, the one that holds least.
 */
final class Recommendation {
    /** No cache at all holds nothing, and is nobody's choice where it is slower. */
    static final String NO_CACHE = "none";

    private final Comparison comparison;
    private final TestNames names;
    private final Set<String> lossy;
    private final String baseline;

    /**
     * @param lossy strategies that do not claim to give the tokens of no cache
     */
    Recommendation(Comparison comparison, TestNames names, Set<String> lossy) {
        this.comparison = comparison;
        this.names = names;
        this.lossy = lossy;
        this.baseline = comparison.columns().isEmpty() ? "" : comparison.columns().getFirst();
    }

    /** The sentence, or empty where there are no two strategies to choose from. */
    Optional<String> sentence() {
        if (comparison.columns().stream().skip(1).noneMatch(this::isChoice)
                || comparison.candidates().noneMatch(entry -> entry.verdict().isCompared())) {
            return Optional.empty();
        }
        return Optional.of(
                winner().map(column -> forWinner(comparison.columns().get(column), column))
                        .orElseGet(this::withoutWinner));
    }

    /** Of the candidates as fast as the fastest, the one that holds least at its peak. */
    private Optional<Integer> winner() {
        return asFast().stream().min(Comparator.comparingDouble(this::sumOfPeaks));
    }

    /**
     * Those within the practical threshold of the fastest on the whole among the candidates that
     * are shown to be faster, the fastest first.
     */
    private List<Integer> asFast() {
        List<Integer> columns = shownFaster();
        List<Row> common =
                timed().stream()
                        .filter(
                                row ->
                                        columns.stream()
                                                .map(row.entries()::get)
                                                .allMatch(entry -> entry.verdict().isCompared()))
                        .toList();
        if (columns.isEmpty() || common.isEmpty()) {
            // Nothing tells which is faster; what was measured more widely is better known.
            return columns.stream()
                    .max(Comparator.comparingLong(column -> count(column, Verdict::isCompared)))
                    .stream()
                    .toList();
        }
        double fastest =
                columns.stream()
                        .mapToDouble(column -> meanLogRatio(column, common))
                        .min()
                        .orElseThrow();
        double reach = Math.log(1 + Settings.PRACTICAL_THRESHOLD);
        return columns.stream()
                .filter(column -> meanLogRatio(column, common) <= fastest + reach)
                .sorted(Comparator.comparingDouble(column -> meanLogRatio(column, common)))
                .toList();
    }

    private List<Integer> shownFaster() {
        var columns = new ArrayList<Integer>();
        for (int column = 1; column < comparison.columns().size(); column++) {
            String name = comparison.columns().get(column);
            if (isChoice(name) && isShownFaster(column)) {
                columns.add(column);
            }
        }
        return columns;
    }

    /** Bytes over the tests of which all that are as fast have them; 0 where there is none. */
    private double sumOfPeaks(int column) {
        List<Integer> columns = asFast();
        return peaks().stream()
                .filter(row -> columns.stream().map(row.entries()::get).allMatch(Entry::hasFigure))
                .mapToDouble(row -> row.entries().get(column).estimate().median())
                .sum();
    }

    /** Neither lossy nor another arm measured again. */
    private boolean isChoice(String strategy) {
        return !lossy.contains(strategy) && !NoiseFloor.isAgain(strategy);
    }

    private boolean isShownFaster(int column) {
        List<Entry> entries = timed().stream().map(row -> row.entries().get(column)).toList();
        return entries.stream().anyMatch(entry -> entry.verdict() == Verdict.FASTER)
                && entries.stream().noneMatch(Recommendation::isObjection)
                && entries.stream().noneMatch(Recommendation::looksSlower);
    }

    /** Undecided, and slower by what was seen: that is no ground to say that it is not. */
    private static boolean looksSlower(Entry entry) {
        return entry.verdict().isUndecided() && entry.ratio() > 1 + Settings.PRACTICAL_THRESHOLD;
    }

    /**
     * Slower, if only as seen in every fork, or failed; that the baseline failed is nothing against
     * a candidate.
     */
    private static boolean isObjection(Entry entry) {
        return entry.isWorseInEveryFork()
                || entry.verdict() == Verdict.FAILED && !entry.hasFigure();
    }

    private static double meanLogRatio(int column, List<Row> rows) {
        return rows.stream()
                .map(row -> row.entries().get(column))
                .mapToDouble(entry -> Math.log(entry.ratio()))
                .average()
                .orElseThrow();
    }

    private List<Row> timed() {
        return comparison.rows().stream().filter(row -> !row.quantity().isExact()).toList();
    }

    private List<Row> peaks() {
        return comparison.rows().stream()
                .filter(row -> row.quantity().name().equals("kv.peak"))
                .toList();
    }

    private String forWinner(String name, int column) {
        Row best = fastest(column);
        Entry entry = best.entries().get(column);
        return "Use %s: it is up to %s times as fast as %s (%s%s), shown faster in %d of %d tests and slower in none%s%s%s%s."
                .formatted(
                        name,
                        Format.significant(1 / entry.ratio(), 3),
                        baseline,
                        names.of(best.example()),
                        interval(entry),
                        count(column, verdict -> verdict == Verdict.FASTER),
                        timed().size(),
                        undecided(column),
                        notMeasured(column),
                        memory(column),
                        fasterByLittle(column));
    }

    private String notMeasured(int column) {
        long missing =
                timed().stream().filter(row -> !row.entries().get(column).hasFigure()).count();
        return missing == 0 ? "" : ", not measured in " + missing;
    }

    private String fasterByLittle(int column) {
        int fastest = asFast().getFirst();
        return fastest == column
                ? ""
                : "; %s is as fast within 2 %%, and holds more"
                        .formatted(comparison.columns().get(fastest));
    }

    private static String interval(Entry entry) {
        return Double.isNaN(entry.low()) || entry.low() == entry.high()
                ? ""
                : ", %s to %s"
                        .formatted(
                                Format.significant(1 / entry.high(), 3),
                                Format.significant(1 / entry.low(), 3));
    }

    private String undecided(int column) {
        long undecided = count(column, Verdict::isUndecided);
        return undecided == 0 ? "" : ", undecided in " + undecided;
    }

    private long count(int column, Predicate<Verdict> wanted) {
        return timed().stream()
                .filter(row -> wanted.test(row.entries().get(column).verdict()))
                .count();
    }

    private String memory(int column) {
        List<Double> all = peaks().stream().map(row -> row.entries().get(column).ratio()).toList();
        List<Double> ratios = all.stream().filter(Double::isFinite).sorted().toList();
        long afterNothing = all.stream().filter(ratio -> Double.isInfinite(ratio)).count();
        if (ratios.isEmpty()) {
            return afterNothing == 0 ? "" : "; it holds a cache, where the baseline holds 0 B";
        }
        double low = ratios.getFirst();
        double high = ratios.getLast();
        if (high == 0 && afterNothing == 0) {
            return "; it holds no cache";
        }
        String range =
                Format.significant(low, 2).equals(Format.significant(high, 2))
                        ? Format.significant(low, 2)
                        : "%s to %s"
                                .formatted(Format.significant(low, 2), Format.significant(high, 2));
        return String.format(
                Locale.ROOT,
                "; at its peak it holds %s times the cache memory of %s%s",
                range,
                baseline,
                afterNothing == 0
                        ? ""
                        : ", and a cache in %d of %d tests where the baseline holds 0 B"
                                .formatted(afterNothing, all.size()));
    }

    private String withoutWinner() {
        Optional<Integer> least = leastMemory();
        String sentence;
        if (least.isPresent() && least.get() > 0) {
            sentence =
                    "use %s for its memory: %s%s%s"
                            .formatted(
                                    comparison.columns().get(least.get()),
                                    speed(),
                                    undecidedSpeed(least.get()),
                                    memory(least.get()));
        } else if (least.isPresent()) {
            sentence =
                    "%s, and no other cache holds less at its peak%s: use %s"
                            .formatted(
                                    speed(),
                                    isAnyRejectedHoldingLess()
                                            ? " without being slower, looking slower or failing"
                                            : "",
                                    baseline);
        } else if (choices().isEmpty() && noCache().isPresent()) {
            sentence = "use " + baseline;
        } else {
            sentence = speed();
        }
        return sentence.substring(0, 1).toUpperCase(Locale.ROOT)
                + sentence.substring(1)
                + noCache().map(words -> "; " + words).orElse("")
                + ".";
    }

    private String undecidedSpeed(int column) {
        long undecided = count(column, Verdict::isUndecided);
        return undecided == 0 || !isDecided()
                ? ""
                : "; its speed is undecided in %d of %d tests".formatted(undecided, timed().size());
    }

    private boolean isAnyRejectedHoldingLess() {
        return choices().stream()
                .anyMatch(column -> !isWithoutObjection(column) && !holdsNoMore(0, column));
    }

    /** What may be said of the speed of the caches that are to be chosen from. */
    private String speed() {
        return baseline.equals(NO_CACHE)
                ? fasterThanNoCache().orElseGet(this::notFaster)
                : notFaster();
    }

    private String notFaster() {
        Optional<String> rejected = rejected();
        if (rejected.isPresent()) {
            return rejected.get();
        }
        if (!isCompared()) {
            return "no speed could be compared with that of %s here".formatted(baseline);
        }
        return isDecided()
                ? "no exact cache is shown to be faster than %s here".formatted(baseline)
                : "there are too few forks here to tell the speed of %s from that of %s"
                        .formatted(
                                choices().size() == 1
                                        ? comparison.columns().get(choices().getFirst())
                                        : "any cache",
                                baseline);
    }

    /** The cache that is fastest somewhere, and what speaks against it elsewhere. */
    private Optional<String> rejected() {
        return choices().stream()
                .filter(column -> count(column, verdict -> verdict == Verdict.FASTER) > 0)
                .min(
                        Comparator.comparingDouble(
                                column -> fastest(column).entries().get(column).ratio()))
                .map(
                        column ->
                                "no exact cache is faster than %s without being slower, looking slower or failing elsewhere: %s is %s times as fast (%s), and %s"
                                        .formatted(
                                                baseline,
                                                comparison.columns().get(column),
                                                Format.significant(
                                                        1
                                                                / fastest(column)
                                                                        .entries()
                                                                        .get(column)
                                                                        .ratio(),
                                                        3),
                                                names.of(fastest(column).example()),
                                                objection(column)));
    }

    /** The test in which a column is shown to be faster by most. */
    private Row fastest(int column) {
        return timed().stream()
                .filter(row -> row.entries().get(column).verdict() == Verdict.FASTER)
                .min(Comparator.comparingDouble(row -> row.entries().get(column).ratio()))
                .orElseThrow();
    }

    /** What speaks most against a column: that it is slower, then that it looks so, or failed. */
    private String objection(int column) {
        return slowest(column, Entry::isWorseInEveryFork, "")
                .or(() -> slowest(column, Recommendation::looksSlower, ", undecided"))
                .orElseGet(
                        () ->
                                timed().stream()
                                        .filter(row -> isObjection(row.entries().get(column)))
                                        .map(
                                                row ->
                                                        "failed (%s)"
                                                                .formatted(names.of(row.example())))
                                        .findFirst()
                                        .orElseThrow());
    }

    private Optional<String> slowest(int column, Predicate<Entry> wanted, String note) {
        return timed().stream()
                .filter(row -> wanted.test(row.entries().get(column)))
                .max(Comparator.comparingDouble(row -> row.entries().get(column).ratio()))
                .map(
                        row ->
                                "%s times as slow (%s%s)"
                                        .formatted(
                                                Format.significant(
                                                        row.entries().get(column).ratio(), 3),
                                                names.of(row.example()),
                                                note));
    }

    /** Going without a cache is no choice where every fork of a cache was faster. */
    private Optional<String> fasterThanNoCache() {
        record Seen(Row row, int column) {
            Entry entry() {
                return row.entries().get(column);
            }
        }
        return timed().stream()
                .flatMap(row -> choices().stream().map(column -> new Seen(row, column)))
                .filter(seen -> seen.entry().isSeen() && seen.entry().ratio() < 1)
                .min(Comparator.comparingDouble(seen -> seen.entry().ratio()))
                .map(
                        seen ->
                                "%s was up to %s times as fast as %s (%s), %s, too few for the test to show it"
                                        .formatted(
                                                comparison.columns().get(seen.column()),
                                                Format.significant(1 / seen.entry().ratio(), 3),
                                                baseline,
                                                names.of(seen.row().example()),
                                                VerdictSentences.everyFork(
                                                        seen.row(), seen.entry())));
    }

    /** Columns of the caches that are held against the baseline. */
    private List<Integer> choices() {
        return IntStream.range(1, comparison.columns().size())
                .filter(
                        column ->
                                isChoice(comparison.columns().get(column))
                                        && !comparison.columns().get(column).equals(NO_CACHE))
                .boxed()
                .toList();
    }

    /** Whether forks were enough for any pair of caches to be decided. */
    private boolean isDecided() {
        return timed().stream()
                .flatMap(row -> columnsToDecide().stream().map(row.entries()::get))
                .anyMatch(
                        entry ->
                                entry.verdict().isCompared()
                                        && entry.verdict() != Verdict.TOO_FEW_SAMPLES);
    }

    private boolean isCompared() {
        return timed().stream()
                .flatMap(row -> columnsToDecide().stream().map(row.entries()::get))
                .anyMatch(entry -> entry.verdict().isCompared());
    }

    private List<Integer> columnsToDecide() {
        return choices().isEmpty()
                ? IntStream.range(1, comparison.columns().size()).boxed().toList()
                : choices();
    }

    /** What going without a cache costs, as far as that is shown or was seen in every fork. */
    private Optional<String> noCache() {
        int column = comparison.columns().indexOf(NO_CACHE);
        if (column < 1) {
            return Optional.empty();
        }
        return timed().stream()
                .filter(row -> row.entries().get(column).isWorseInEveryFork())
                .max(Comparator.comparingDouble(row -> row.entries().get(column).ratio()))
                .map(row -> noCache(row, row.entries().get(column)));
    }

    private static String noCache(Row row, Entry entry) {
        String ratio = Format.significant(entry.ratio(), 3);
        return entry.isSeen()
                ? "going without a cache took up to %s times as long, %s, too few for the test to show it"
                        .formatted(ratio, VerdictSentences.everyFork(row, entry))
                : "going without a cache takes up to %s times as long".formatted(ratio);
    }

    /**
     * The column of the cache that nowhere holds more at its peak than another and somewhere less,
     * and is nowhere shown to be slower, nor looks so; the baseline where it nowhere holds more.
     */
    private Optional<Integer> leastMemory() {
        List<Integer> caches = new ArrayList<>();
        for (int column = 0; column < comparison.columns().size(); column++) {
            String name = comparison.columns().get(column);
            if (isChoice(name) && !name.equals(NO_CACHE) && isWithoutObjection(column)) {
                caches.add(column);
            }
        }
        if (caches.size() < 2 || peaks().isEmpty()) {
            return Optional.empty();
        }
        return caches.stream()
                .filter(
                        column ->
                                caches.stream()
                                        .filter(other -> !other.equals(column))
                                        .allMatch(
                                                other ->
                                                        holdsNoMore(column, other)
                                                                && (column == 0
                                                                        || !holdsNoMore(
                                                                                other, column))))
                .findFirst();
    }

    private boolean isWithoutObjection(int column) {
        return timed().stream()
                .map(row -> row.entries().get(column))
                .noneMatch(entry -> isObjection(entry) || looksSlower(entry));
    }

    private boolean holdsNoMore(int column, int other) {
        return peaks().stream()
                .allMatch(
                        row ->
                                row.entries().get(column).estimate().median()
                                        <= row.entries().get(other).estimate().median());
    }
}
