package kvbench.compare;

import kvbench.context.Comparability;
import kvbench.context.Difference;
import kvbench.context.RunContext;
import kvbench.results.JmhResult;
import kvbench.results.Run;
import kvbench.results.UnfinishedArm;
import kvbench.stats.ChangePoint;
import kvbench.stats.ChangePoints;
import kvbench.stats.Estimate;
import kvbench.stats.ForkScores;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How each arm's figures went over the runs of a folder, and where they changed.
 *
 * @param points the runs, oldest first
 * @param contexts what each was measured on
 * @param series one for each quantity of each arm
 * @param leftOut runs and arms that were not measured like the latest, with the reason
 * @param unfinished a sentence on each run of which forks are still to come
 */
public record History(
        List<Point> points,
        List<RunContext> contexts,
        List<Series> series,
        List<String> leftOut,
        List<String> unfinished) {
    private static final String UNKNOWN = "unknown";

    public History {
        points = List.copyOf(points);
        contexts = List.copyOf(contexts);
        series = List.copyOf(series);
        leftOut = List.copyOf(leftOut);
        unfinished = List.copyOf(unfinished);
    }

    /**
     * One run of the history.
     *
     * @param run name of its folder
     * @param commit first digits of what it measured, with a {@code +} where that was changed
     * @param utc when it began
     */
    public record Point(String run, String commit, String utc) {
        private static final String CHANGED = "+";

        /** Whether both measured the same code. */
        boolean isOfCode(Point other) {
            return commit.equals(other.commit)
                    && !commit.endsWith(CHANGED)
                    && !commit.startsWith(UNKNOWN);
        }
    }

    /**
     * One figure of one arm over the runs.
     *
     * @param example a result of the arm
     * @param unit {@code s}, {@code B}, or as JMH wrote it
     * @param estimates for each run, NaN where it did not measure the arm
     * @param changes oldest first
     */
    public record Series(
            JmhResult example,
            Quantity quantity,
            String unit,
            List<Estimate> estimates,
            List<ChangePoint> changes) {
        public Series {
            estimates = List.copyOf(estimates);
            changes = List.copyOf(changes);
        }
    }

    /**
     * Whether the run that {@code change} begins with measured the code of the one before, so that
     * it was not the code that changed.
     */
    public boolean isOfSameCode(Series series, ChangePoint change) {
        return IntStream.range(0, change.run())
                .filter(run -> !Double.isNaN(series.estimates().get(run).median()))
                .max()
                .stream()
                .anyMatch(before -> points.get(change.run()).isOfCode(points.get(before)));
    }

    /**
     * What a history keeps of a run, which is no more than its wanted figures.
     *
     * @param without arms of which it tells why they have no result, in words
     */
    private record Kept(
            Point point,
            RunContext context,
            Map<Arm, Map<String, Figure>> figures,
            Set<String> without,
            Optional<String> unfinished) {}

    private record Arm(String benchmark, String mode, int threads, Map<String, String> params) {
        String words() {
            return "%s %s".formatted(benchmark.replaceFirst(".*\\.(?=[^.]+\\.)", ""), params);
        }
    }

    private record Figure(JmhResult example, Quantity.Samples samples, boolean isExact) {}

    /**
     * Gathers runs and keeps of each no more than is wanted, so that many do not have to fit the
     * memory as a whole. Several threads may add at once.
     */
    public static final class Builder {
        private final Settings settings;
        private final List<Kept> runs = Collections.synchronizedList(new ArrayList<>());
        private final List<String> leftOut = Collections.synchronizedList(new ArrayList<>());

        /** By run, those of the filter's words and values that none of its results has. */
        private final List<List<String>> unmatched =
                Collections.synchronizedList(new ArrayList<>());

        /**
         * @param settings which quantities and results take part
         */
        public Builder(Settings settings) {
            this.settings = settings;
        }

        /** Takes a run in, or leaves it out where it has no context to tell when it was. */
        public Builder add(Run run) {
            unmatched.add(settings.filter().unmatched(List.of(new Side(run.name(), run))));
            Optional<RunContext> context = run.context();
            if (context.isEmpty()) {
                leftOut.add(run.name() + ": no context.json, so its time and commit are unknown");
                return this;
            }
            var figures = new LinkedHashMap<Arm, Map<String, Figure>>();
            var twice = new LinkedHashSet<Arm>();
            run.results().stream()
                    .filter(settings.filter()::takes)
                    .sorted(Order.RESULTS)
                    .forEach(
                            result -> {
                                if (figures.put(arm(result), figures(result)) != null) {
                                    twice.add(arm(result));
                                }
                            });
            // Which of the two would be the figure is nobody's to choose.
            for (Arm arm : twice) {
                figures.remove(arm);
                leftOut.add("%s: %s measured twice".formatted(run.name(), arm.words()));
            }
            var without = new HashSet<String>();
            for (Cells.Cell cell : Cells.of(new Side(run.name(), run))) {
                if (cell.isEmpty() && settings.filter().takes(cell.result())) {
                    without.add(arm(cell.result()).words());
                    leftOut.add(
                            "%s: %s without a result (%s%s)"
                                    .formatted(
                                            run.name(),
                                            arm(cell.result()).words(),
                                            cell.failure().isEmpty() ? "" : "failed: ",
                                            cell.failure() + cell.absence()));
                }
            }
            runs.add(
                    new Kept(
                            new Point(
                                    run.name(),
                                    Axis.commit(new Side(run.name(), run)),
                                    context.get().utc()),
                            context.get(),
                            figures,
                            without,
                            unfinished(run)));
            return this;
        }

        private Map<String, Figure> figures(JmhResult result) {
            var figures = new TreeMap<String, Figure>();
            JmhResult example = result.withoutFigures();
            for (Quantity quantity : settings.quantities()) {
                quantity.of(result)
                        .ifPresent(
                                samples ->
                                        figures.put(
                                                quantity.name(),
                                                new Figure(example, samples, quantity.isExact())));
            }
            return figures;
        }

        private static Arm arm(JmhResult result) {
            return new Arm(
                    result.benchmark(),
                    result.mode(),
                    result.threads(),
                    JmhResult.chosen(result.params()));
        }

        /** Those of the filter's words and values that no result of any run has. */
        public List<String> unmatched() {
            return unmatched.isEmpty()
                    ? List.of()
                    : unmatched.getFirst().stream()
                            .filter(word -> unmatched.stream().allMatch(run -> run.contains(word)))
                            .toList();
        }

        /** Names a run that is left out, with the reason. */
        public void leaveOut(String runAndReason) {
            leftOut.add(runAndReason);
        }

        /** The history of all runs that were measured like the latest. */
        public History build() {
            runs.sort(
                    Comparator.comparing((Kept run) -> run.point().utc())
                            .thenComparing(run -> run.point().run()));
            Collections.sort(leftOut);
            if (runs.isEmpty()) {
                return new History(List.of(), List.of(), List.of(), leftOut, List.of());
            }
            var comparable = new ArrayList<Kept>();
            Kept latest = runs.getLast();
            for (Kept run : runs) {
                var obstacles =
                        new Obstacles(
                                Contexts.blocking(
                                        Comparability.of(run.context(), latest.context())
                                                .differences(),
                                        settings),
                                run.context().plan().arms());
                if (obstacles.ofAll().isEmpty()) {
                    comparable.add(without(obstacles, run));
                } else {
                    leftOut.add(
                            "%s: differs from the latest in %s"
                                    .formatted(
                                            run.point().run(),
                                            String.join(
                                                    ", ",
                                                    obstacles.ofAll().stream()
                                                            .map(Difference::field)
                                                            .distinct()
                                                            .toList())));
                }
            }
            vanished(comparable);
            List<Series> series = series(comparable);
            return new History(
                    comparable.stream().map(Kept::point).toList(),
                    comparable.stream().map(Kept::context).toList(),
                    series,
                    leftOut.stream().sorted().toList(),
                    comparable.stream().flatMap(run -> run.unfinished().stream()).toList());
        }

        private static Optional<String> unfinished(Run run) {
            int forks = run.outcomes().unfinished().stream().mapToInt(UnfinishedArm::missing).sum();
            return forks == 0
                    ? Optional.empty()
                    : Optional.of(
                            "%s is unfinished: %d fork%s still to be run, and its figures may change"
                                    .formatted(run.name(), forks, forks == 1 ? " is" : "s are"));
        }

        /** Names the arms that the latest run lacks without telling why. */
        private void vanished(List<Kept> runs) {
            Kept latest = runs.getLast();
            var last = new LinkedHashMap<Arm, String>();
            for (Kept run : runs) {
                run.figures().keySet().forEach(arm -> last.put(arm, run.point().run()));
            }
            last.keySet().removeAll(latest.figures().keySet());
            last.keySet().removeIf(arm -> latest.without().contains(arm.words()));
            last.forEach(
                    (arm, run) ->
                            leftOut.add(
                                    "%s, the latest: %s not measured, last in %s"
                                            .formatted(latest.point().run(), arm.words(), run)));
        }

        /** The run without the figures that something is in the way of. */
        private Kept without(Obstacles obstacles, Kept run) {
            var figures = new LinkedHashMap<Arm, Map<String, Figure>>();
            var outdated = new ArrayList<Arm>();
            run.figures()
                    .forEach(
                            (arm, all) -> {
                                var rest = new TreeMap<>(all);
                                rest.values().removeIf(figure -> isOutdated(obstacles, figure));
                                if (rest.size() < all.size()) {
                                    outdated.add(arm);
                                }
                                figures.put(arm, rest);
                            });
            if (!outdated.isEmpty()) {
                leftOut.add(
                        "%s: %s measured otherwise than in the latest"
                                .formatted(run.point().run(), words(outdated)));
            }
            return new Kept(run.point(), run.context(), figures, run.without(), run.unfinished());
        }

        /** {@code DecodeStepBenchmark.step {depth=64} and 299 other arms}. */
        private static String words(List<Arm> arms) {
            int others = arms.size() - 1;
            return arms.getFirst().words()
                    + (others == 0
                            ? ""
                            : " and %d other arm%s".formatted(others, others == 1 ? "" : "s"));
        }

        private static boolean isOutdated(Obstacles obstacles, Figure figure) {
            return obstacles
                    .of(figure.example())
                    .anyMatch(found -> !(Obstacles.isOfLength(found) && figure.isExact()));
        }

        private List<Series> series(List<Kept> runs) {
            var arms = new LinkedHashMap<Arm, JmhResult>();
            for (Kept run : runs) {
                run.figures()
                        .forEach(
                                (arm, figures) ->
                                        figures.values().stream()
                                                .findFirst()
                                                .ifPresent(
                                                        figure ->
                                                                arms.putIfAbsent(
                                                                        arm, figure.example())));
            }
            return arms.entrySet().parallelStream()
                    .flatMap(
                            arm ->
                                    settings.quantities().stream()
                                            .flatMap(
                                                    quantity ->
                                                            series(
                                                                    arm.getKey(),
                                                                    arm.getValue(),
                                                                    quantity,
                                                                    runs)
                                                                    .stream()))
                    .sorted(Comparator.comparing(Series::example, Order.RESULTS))
                    .toList();
        }

        private Optional<Series> series(
                Arm arm, JmhResult example, Quantity quantity, List<Kept> runs) {
            List<Optional<Quantity.Samples>> samples =
                    runs.stream()
                            .map(
                                    run ->
                                            Optional.ofNullable(
                                                            run.figures()
                                                                    .getOrDefault(arm, Map.of())
                                                                    .get(quantity.name()))
                                                    .map(Figure::samples))
                            .toList();
            Optional<String> unit =
                    samples.stream()
                            .flatMap(Optional::stream)
                            .map(Quantity.Samples::unit)
                            .reduce((earlier, later) -> later);
            if (unit.isEmpty()) {
                return Optional.empty();
            }
            // A run in another unit measured something else under the same name.
            for (int run = 0; run < samples.size(); run++) {
                String other = samples.get(run).map(Quantity.Samples::unit).orElse(unit.get());
                if (!other.equals(unit.get())) {
                    leftOut.add(
                            "%s: %s, %s in %s where the latest has %s"
                                    .formatted(
                                            runs.get(run).point().run(),
                                            arm.words(),
                                            quantity.name(),
                                            other,
                                            unit.get()));
                }
            }
            List<List<List<Double>>> values =
                    samples.stream()
                            .map(
                                    found ->
                                            found.filter(one -> one.unit().equals(unit.get()))
                                                    .map(Quantity.Samples::values)
                                                    .orElse(List.of()))
                            .toList();
            List<Estimate> estimates = values.stream().map(quantity::estimate).toList();
            long withoutLevel = values.stream().filter(Builder::hasNothingOrLess).count();
            if (!quantity.isExact() && withoutLevel > 0) {
                leftOut.add(
                        "%s, %s: figures of 0 or less in %d of %d runs, in which no change can be seen"
                                .formatted(
                                        arm.words(), quantity.name(), withoutLevel, runs.size()));
            }
            return Optional.of(
                    new Series(
                            example,
                            quantity,
                            unit.get(),
                            estimates,
                            quantity.isExact()
                                    ? steps(estimates)
                                    : ChangePoints.of(positiveScores(values))));
        }

        private static boolean hasNothingOrLess(List<List<Double>> samples) {
            return Arrays.stream(ForkScores.of(samples)).anyMatch(score -> score <= 0);
        }

        private static List<double[]> positiveScores(List<List<List<Double>>> runs) {
            return runs.stream()
                    .map(ForkScores::of)
                    .map(scores -> Arrays.stream(scores).filter(score -> score > 0).toArray())
                    .toList();
        }

        /** Counts do not vary: each other count is a change. */
        private static List<ChangePoint> steps(List<Estimate> estimates) {
            var steps = new ArrayList<ChangePoint>();
            int[] measured =
                    IntStream.range(0, estimates.size())
                            .filter(run -> !Double.isNaN(estimates.get(run).median()))
                            .toArray();
            for (int i = 1; i < measured.length; i++) {
                double before = estimates.get(measured[i - 1]).median();
                double after = estimates.get(measured[i]).median();
                if (before != after) {
                    steps.add(new ChangePoint(measured[i], after / before, Double.NaN));
                }
            }
            return steps;
        }
    }
}
