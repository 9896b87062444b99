package kvbench.compare;

import kvbench.compare.Quantity.Samples;
import kvbench.context.Difference;
import kvbench.results.JmhResult;
import kvbench.results.MetricNames;
import kvbench.stats.Estimate;
import kvbench.stats.ForkScores;
import kvbench.stats.Holm;
import kvbench.stats.MannWhitney;
import kvbench.stats.Outliers;
import kvbench.stats.RatioInterval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Holds figures against those of the baseline. A verdict on figures that vary is given when all
 * pairs are known, since each test counts.
 */
final class Pairs {
    /** A difference of that size, in every fork, is told of fewer forks than are tested. */
    private static final double FACTOR_OF_FEW = 2;

    private final Settings settings;
    private final Contexts contexts;

    /**
     * Entries whose verdict is still to be given, by identity: equal ones may stand in two places.
     */
    private final Map<Entry, Tested> tested = new IdentityHashMap<>();

    Pairs(Settings settings, Contexts contexts) {
        this.settings = settings;
        this.contexts = contexts;
    }

    /**
     * What stands in one place of the table.
     *
     * @param side empty where the place is
     * @param samples empty where the result has no such figure
     * @param failure why every fork failed, or ""
     * @param absence why there is no result although none failed, or ""
     * @param loss which forks are missing beside those that are here
     * @param trouble why the figure cannot be held against another, or ""
     */
    record Figure(
            Optional<Side> side,
            JmhResult result,
            Optional<Samples> samples,
            String failure,
            String absence,
            Cells.Loss loss,
            String trouble) {
        static final Figure NONE =
                new Figure(
                        Optional.empty(),
                        JmhResult.withoutSamples("", Map.of()),
                        Optional.empty(),
                        "",
                        "",
                        Cells.Loss.NONE,
                        "");

        boolean isThere() {
            return side.isPresent() && absence.isEmpty();
        }

        /** In a row of {@code unit} a figure in another would be read wrongly: it is not shown. */
        Figure inUnit(String unit) {
            return samples.filter(found -> !found.unit().equals(unit))
                    .map(
                            found ->
                                    new Figure(
                                            side,
                                            result,
                                            Optional.empty(),
                                            failure,
                                            absence,
                                            loss,
                                            "units differ: %s and %s"
                                                    .formatted(unit, found.unit())))
                    .orElse(this);
        }
    }

    private record Tested(
            int baseForks,
            int forks,
            double p,
            int tendency,
            double base,
            boolean isAllEqual,
            boolean isApart,
            Quantity quantity,
            String unit) {
        /** Whether not even forks that lie wholly apart could show a difference. */
        boolean couldNotDecide(int tests) {
            return !ForkCount.canDecide(baseForks, forks, tests);
        }
    }

    /** The baseline itself. */
    Entry alone(Figure figure, Quantity quantity) {
        if (!figure.isThere()) {
            return Entry.alone(Estimate.NONE, Verdict.ONLY_IN_CANDIDATE, figure.absence());
        }
        if (!figure.failure().isEmpty()) {
            return Entry.alone(Estimate.NONE, Verdict.FAILED, figure.failure());
        }
        if (!figure.trouble().isEmpty() || figure.samples().isEmpty()) {
            return Entry.alone(
                    estimate(figure, quantity),
                    Verdict.NOT_COMPARABLE,
                    figure.trouble().isEmpty()
                            ? "this result has no " + quantity.name()
                            : figure.trouble());
        }
        return Entry.alone(
                estimate(figure, quantity), Verdict.NO_DIFFERENCE, notes(figure, quantity));
    }

    /** A candidate against its baseline. */
    Entry against(Figure base, Figure figure, Quantity quantity) {
        if (!figure.isThere() && !base.isThere()) {
            return Entry.alone(Estimate.NONE, Verdict.NOT_COMPARABLE, Entry.ON_NEITHER_SIDE);
        }
        if (!figure.isThere() && !base.failure().isEmpty()) {
            return Entry.alone(
                    Estimate.NONE,
                    Verdict.NOT_COMPARABLE,
                    joined(
                            List.of(
                                    "not measured here",
                                    figure.absence(),
                                    "baseline: " + base.failure())));
        }
        if (!figure.isThere()) {
            return Entry.alone(Estimate.NONE, Verdict.ONLY_IN_BASELINE, figure.absence());
        }
        if (!figure.failure().isEmpty()) {
            return Entry.alone(Estimate.NONE, Verdict.FAILED, figure.failure());
        }
        Estimate estimate = estimate(figure, quantity);
        if (!base.isThere()) {
            return Entry.alone(
                    estimate,
                    Verdict.ONLY_IN_CANDIDATE,
                    base.absence().isEmpty()
                            ? figure.loss().words()
                            : "baseline: " + base.absence());
        }
        if (!base.failure().isEmpty()) {
            return Entry.alone(estimate, Verdict.FAILED, "baseline: " + base.failure());
        }
        Optional<String> obstacle = obstacle(base, figure, quantity);
        if (obstacle.isPresent()) {
            return Entry.alone(estimate, Verdict.NOT_COMPARABLE, obstacle.get());
        }
        Entry entry =
                quantity.isExact()
                        ? counted(base, figure, quantity)
                        : sampled(base, figure, quantity);
        Entry doubted = entry.withDoubt(doubt(base, figure));
        // Entries are told apart by identity.
        Tested test = tested.remove(entry);
        if (test != null) {
            tested.put(doubted, test);
        }
        return doubted;
    }

    /** Why a candidate may be worse than its figures, or "". */
    private static String doubt(Figure base, Figure figure) {
        var doubts = new ArrayList<String>();
        if (figure.loss().forks() > base.loss().forks()) {
            doubts.add(figure.loss().words());
        }
        boolean hasContext = figure.side().orElseThrow().run().context().isPresent();
        if (hasContext != base.side().orElseThrow().run().context().isPresent()) {
            doubts.add("only one side has a context.json");
        }
        return joined(doubts);
    }

    private Optional<String> obstacle(Figure base, Figure figure, Quantity quantity) {
        if (!base.trouble().isEmpty() || !figure.trouble().isEmpty()) {
            return Optional.of(base.trouble().isEmpty() ? figure.trouble() : base.trouble());
        }
        List<Difference> blocking =
                contexts.blocking(
                        base.side().orElseThrow(),
                        figure.side().orElseThrow(),
                        base.result(),
                        figure.result(),
                        quantity);
        if (!blocking.isEmpty()) {
            return Optional.of(
                    "the runs differ in "
                            + blocking.stream()
                                    .map(Difference::field)
                                    .distinct()
                                    .collect(Collectors.joining(", ")));
        }
        if (base.samples().isEmpty() || figure.samples().isEmpty()) {
            return Optional.of(
                    "%s has no %s"
                            .formatted(
                                    figure.samples().isEmpty() ? "this result" : "the baseline",
                                    quantity.name()));
        }
        if (quantity.isOfAnswers(base.result()) != quantity.isOfAnswers(figure.result())) {
            return Optional.of(
                    "%s on one side, the time of the whole operation on the other"
                            .formatted(MetricNames.GENERATION_TIME));
        }
        if (quantity == Quantity.TIME || !settings.axis().isOfWork()) {
            double tokens = meanTokens(figure);
            double baseTokens = meanTokens(base);
            if (!Double.isNaN(tokens) && !Double.isNaN(baseTokens) && tokens != baseTokens) {
                return Optional.of(
                        "unequal work: %.1f and %.1f tokens per iteration"
                                .formatted(baseTokens, tokens));
            }
        }
        return Optional.empty();
    }

    private static double meanTokens(Figure figure) {
        return figure.result()
                .secondary(MetricNames.TOKENS)
                .map(tokens -> finite(tokens.samples()).average().orElse(Double.NaN))
                .orElse(Double.NaN);
    }

    private static DoubleStream finite(List<List<Double>> samples) {
        return samples.stream()
                .flatMap(List::stream)
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite);
    }

    private static Estimate estimate(Figure figure, Quantity quantity) {
        return quantity.estimate(figure.samples().map(Samples::values).orElse(List.of()));
    }

    /** What a reader must know of a figure, or "". */
    private static String notes(Figure figure, Quantity quantity) {
        if (figure.samples().isEmpty()) {
            return figure.loss().words();
        }
        List<List<Double>> values = figure.samples().get().values();
        var reasons = new ArrayList<String>();
        long all = values.stream().mapToLong(List::size).sum();
        long without = all - finite(values).count();
        if (all == 0) {
            reasons.add("no samples");
        } else if (without > 0) {
            reasons.add("no number in %d of %d iterations, left out".formatted(without, all));
        }
        if (quantity.isExact() && finite(values).distinct().count() > 1) {
            reasons.add(
                    "a count that varies: %.0f to %.0f, the most is shown"
                            .formatted(
                                    finite(values).min().orElseThrow(),
                                    finite(values).max().orElseThrow()));
        }
        if (!quantity.isExact()) {
            int forks = ForkScores.of(values).length;
            int outliers = Outliers.count(ForkScores.of(values));
            if (outliers > 0) {
                reasons.add(
                        "%d of %d forks %s far from the others"
                                .formatted(outliers, forks, outliers == 1 ? "lies" : "lie"));
            }
        }
        reasons.add(figure.loss().words());
        return joined(reasons);
    }

    private static String joined(List<String> reasons) {
        return reasons.stream()
                .filter(reason -> !reason.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private Entry counted(Figure base, Figure figure, Quantity quantity) {
        Estimate estimate = estimate(figure, quantity);
        double mine = estimate.median();
        double theirs = estimate(base, quantity).median();
        if (Double.isNaN(mine) || Double.isNaN(theirs)) {
            return Entry.alone(estimate, Verdict.NOT_COMPARABLE, "no figure on one side");
        }
        if (Math.min(mine, theirs) < 0) {
            return Entry.alone(estimate, Verdict.NOT_COMPARABLE, "a count below 0 is none");
        }
        double ratio = mine == theirs ? 1 : mine / theirs;
        return new Entry(
                estimate,
                ratio,
                ratio,
                ratio,
                Double.NaN,
                isBeyondThreshold(ratio) ? quantity.difference(ratio, "B") : Verdict.NO_DIFFERENCE,
                notes(figure, quantity));
    }

    private Entry sampled(Figure base, Figure figure, Quantity quantity) {
        Estimate estimate = estimate(figure, quantity);
        double[] scores = ForkScores.of(figure.samples().orElseThrow().values());
        double[] baseScores = ForkScores.of(base.samples().orElseThrow().values());
        if (scores.length == 0 || baseScores.length == 0) {
            return Entry.alone(estimate, Verdict.NOT_COMPARABLE, "no figure on one side");
        }
        var both = DoubleStream.concat(DoubleStream.of(scores), DoubleStream.of(baseScores));
        DoubleSummaryStatistics all = both.summaryStatistics();
        if (quantity.kind() == Quantity.Kind.TIME && all.getMin() <= 0) {
            return Entry.alone(
                    estimate,
                    Verdict.NOT_COMPARABLE,
                    "a %s of 0 or less is no measurement".formatted(quantity.label()));
        }
        boolean isAllEqual = all.getMin() == all.getMax();
        double theirs = estimate(base, quantity).median();
        double ratio = isAllEqual ? 1 : estimate.median() / theirs;
        double low = Double.NaN;
        double high = Double.NaN;
        if (all.getMin() > 0) {
            RatioInterval interval = RatioInterval.of(baseScores, scores);
            ratio = interval.estimate();
            if (interval.isOfConfidence()) {
                low = interval.low();
                high = interval.high();
            }
        } else if (all.getMin() < 0 && !isAllEqual) {
            // Of figures below 0 a ratio tells neither the size nor the side of a difference.
            ratio = Double.NaN;
        }
        String notes = notes(figure, quantity);
        if (Math.min(scores.length, baseScores.length) < ForkCount.FEWEST) {
            return new Entry(
                    estimate,
                    ratio,
                    low,
                    high,
                    Double.NaN,
                    Verdict.TOO_FEW_SAMPLES,
                    joined(
                            List.of(
                                    "%d and %d forks; at least %d a side"
                                            .formatted(
                                                    baseScores.length,
                                                    scores.length,
                                                    ForkCount.FEWEST),
                                    notes)),
                    areApart(baseScores, scores) && Math.max(ratio, 1 / ratio) >= FACTOR_OF_FEW,
                    "");
        }
        var entry = new Entry(estimate, ratio, low, high, Double.NaN, Verdict.WITHIN_NOISE, notes);
        tested.put(
                entry,
                new Tested(
                        baseScores.length,
                        scores.length,
                        MannWhitney.pValue(baseScores, scores),
                        MannWhitney.tendency(baseScores, scores),
                        theirs,
                        isAllEqual,
                        areApart(baseScores, scores),
                        quantity,
                        figure.samples().orElseThrow().unit()));
        return entry;
    }

    /** Whether a figure matters that lies so far from {@code base}, whatever their signs. */
    private boolean isBeyondThreshold(double base, double figure) {
        double size = Math.max(Math.abs(base), Math.abs(figure));
        return Math.abs(figure - base) > settings.threshold() * size;
    }

    private boolean isBeyondThreshold(double ratio) {
        return ratio > 1 + settings.threshold() || ratio < 1 / (1 + settings.threshold());
    }

    /** The rows with the verdicts that needed all tests. */
    List<Row> judge(List<Row> rows) {
        List<Entry> entries =
                rows.stream()
                        .flatMap(row -> row.entries().stream())
                        .filter(tested::containsKey)
                        .toList();
        double[] adjusted =
                Holm.adjust(entries.stream().mapToDouble(entry -> tested.get(entry).p()).toArray());
        var judged = new IdentityHashMap<Entry, Entry>();
        for (int i = 0; i < adjusted.length; i++) {
            Entry entry = entries.get(i);
            judged.put(entry, judged(entry, adjusted[i], tested.get(entry), entries.size()));
        }
        return rows.stream()
                .map(
                        row ->
                                new Row(
                                        row.example(),
                                        row.params(),
                                        row.run(),
                                        row.quantity(),
                                        row.unit(),
                                        row.entries().stream()
                                                .map(entry -> judged.getOrDefault(entry, entry))
                                                .toList()))
                .toList();
    }

    private Entry judged(Entry entry, double p, Tested test, int tests) {
        boolean isShown = p <= Comparison.SIGNIFICANCE;
        double figure = entry.estimate().median();
        boolean isBeyondThreshold =
                Double.isNaN(entry.ratio())
                        ? isBeyondThreshold(test.base(), figure)
                        : isBeyondThreshold(entry.ratio());
        // Of laws of other shapes the test may see the one larger, and the medians the other.
        boolean isOneWay = test.tendency() == Double.compare(figure, test.base());
        boolean isOffOne = !(entry.low() <= 1 && entry.high() >= 1);
        boolean isWithinThreshold =
                !isBeyondThreshold(entry.low()) && !isBeyondThreshold(entry.high());
        Verdict verdict = Verdict.WITHIN_NOISE;
        String reason = entry.reason();
        if (isShown && isBeyondThreshold && isOneWay && isOffOne) {
            double towards = figure > test.base() ? Double.POSITIVE_INFINITY : 0;
            verdict =
                    test.quantity()
                            .difference(
                                    Double.isNaN(entry.ratio()) ? towards : entry.ratio(),
                                    test.unit());
        } else if (isShown && isBeyondThreshold && !isOneWay) {
            reason =
                    joined(
                            List.of(
                                    "the ranks of the forks differ the other way than their"
                                            + " medians",
                                    entry.reason()));
        } else if (test.isAllEqual() || !Double.isNaN(entry.low()) && isWithinThreshold) {
            verdict = Verdict.NO_DIFFERENCE;
        } else if (!isShown && test.couldNotDecide(tests)) {
            verdict = Verdict.TOO_FEW_SAMPLES;
            String tooFew =
                    "%d and %d forks cannot show a difference among %d comparisons, %d a side can (-f %d), or fewer comparisons (--filter)"
                            .formatted(
                                    test.baseForks(),
                                    test.forks(),
                                    tests,
                                    ForkCount.needed(tests),
                                    ForkCount.needed(tests));
            reason = joined(List.of(tooFew, entry.reason()));
        }
        return new Entry(
                entry.estimate(),
                entry.ratio(),
                entry.low(),
                entry.high(),
                p,
                verdict,
                reason,
                verdict == Verdict.TOO_FEW_SAMPLES
                        && test.isApart()
                        && isBeyondThreshold(entry.ratio()),
                entry.doubt());
    }

    /** Whether all forks of the one side lie beyond all of the other. */
    private static boolean areApart(double[] base, double[] scores) {
        return least(base) > most(scores) || least(scores) > most(base);
    }

    private static double least(double[] scores) {
        return Arrays.stream(scores).min().orElseThrow();
    }

    private static double most(double[] scores) {
        return Arrays.stream(scores).max().orElseThrow();
    }
}
