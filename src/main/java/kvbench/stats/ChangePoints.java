package kvbench.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Since which run a history is slower or faster.
 *
 * <p>The run is the replicate, by the median of its fork scores: machines drift more between runs
 * than between forks. The search divides the history by the energy statistic (Matteson &amp; James,
 * "A Nonparametric Approach for Multiple Change Point Analysis of Multivariate Data", JASA 2014;
 * Daly et al., "The Use of Change Point Detection to Identify Software Performance Regressions in a
 * Continuous Integration System", ICPE 2020), holding stretches of runs against the rest of their
 * segment, so that a level that was left and came back is found as well (Olshen et al., "Circular
 * Binary Segmentation", Biostatistics 2004). A step of the search counts if at most 5 % of the
 * shuffled histories have a stretch that stands out as much; the first that does not ends it. So at
 * most 5 % of flat histories get a change point.
 *
 * <p>Left out is then what is no change of level: a difference of less than {@value
 * #PRACTICAL_THRESHOLD} between the medians of neighbouring segments; one that {@link MannWhitney}
 * does not see as clearly as it can between so few runs; and one that would come about by shuffling
 * if each run resembled the one before as the runs within segments do, a slow wander. That last
 * guard is a weak one in short histories: of simulated histories of 30 runs that wander by 1 % with
 * an autocorrelation of 0.5, 4 % get a change point, but of those that wander by 2 %, 20 % (53 %
 * without the guard), and 8 % with an autocorrelation of 0.3.
 *
 * <p>A change shows from its {@value #SHORTEST_SEGMENT}rd run on, and one odd run is none. Of steps
 * of 10 % three runs ago, under 2 % of noise, 96 % are found among 20 runs, 90 % among 10 and none
 * among fewer than {@value #FEWEST_RUNS}, which cannot be significant.
 */
public final class ChangePoints {
    /** Fewer runs are no level of their own: of three, one may be an outlier. */
    public static final int SHORTEST_SEGMENT = 3;

    /** Among fewer runs none stands out enough: those before a change against those after it. */
    public static final int FEWEST_RUNS = 8;

    /** A smaller change, as a part of the level before, is none that anyone would act on. */
    public static final double PRACTICAL_THRESHOLD = 0.02;

    private static final double SIGNIFICANCE = 0.05;
    private static final int SHUFFLES = 999;
    private static final long SEED = 20140501;

    /**
     * By how much, over the number of runs, a segment lessens the autocorrelation seen: 1 for its
     * fitted level, and as much for its ends, which were sought where neighbours differ. Chosen by
     * simulation: more would guard better and find less.
     */
    private static final double AUTOCORRELATION_LOST = 2;

    /** From 1 on a wander has no level to return to. */
    private static final double LARGEST_AUTOCORRELATION = 0.9;

    /** Logarithms of the run medians. */
    private final double[] levels;

    /** Where segments begin, and where the last one ends. */
    private final NavigableSet<Integer> bounds;

    private final Random random = new Random(SEED);

    private ChangePoints(double[] levels) {
        this.levels = levels;
        this.bounds = new TreeSet<>(List.of(0, levels.length));
    }

    /**
     * The change points, oldest first; the same for the same history.
     *
     * @param forkScoresPerRun oldest run first; a run without scores was not measured and is passed
     *     over, but keeps its index
     * @throws IllegalArgumentException if a score is not finite and above 0
     */
    public static List<ChangePoint> of(List<double[]> forkScoresPerRun) {
        for (int run = 0; run < forkScoresPerRun.size(); run++) {
            ForkScores.requirePositive("run with index " + run, forkScoresPerRun.get(run));
        }
        int[] measured =
                IntStream.range(0, forkScoresPerRun.size())
                        .filter(run -> forkScoresPerRun.get(run).length > 0)
                        .toArray();
        double[] levels =
                Arrays.stream(measured)
                        .mapToObj(forkScoresPerRun::get)
                        .mapToDouble(scores -> Math.log(ForkScores.median(scores)))
                        .toArray();
        if (levels.length < 2 * SHORTEST_SEGMENT) {
            return List.of();
        }
        var history = new ChangePoints(levels);
        Map<Integer, Double> pOfBound = history.divide();
        history.mergeWhatDoesNotDiffer();
        return history.inner().stream()
                .map(
                        bound ->
                                new ChangePoint(
                                        measured[bound],
                                        Math.exp(history.stepAt(bound)),
                                        pOfBound.get(bound)))
                .toList();
    }

    // Dividing.

    /** Adds bounds until no stretch stands out; each with the p-value of the step that added it. */
    private Map<Integer, Double> divide() {
        var pOfBound = new TreeMap<Integer, Double>();
        while (true) {
            Stretch stretch = mostOutstanding(levels, bounds);
            double p = pValue(bounds, 0);
            if (p > SIGNIFICANCE) {
                return pOfBound;
            }
            for (int bound : List.of(stretch.from(), stretch.to())) {
                if (bounds.add(bound)) {
                    pOfBound.put(bound, p);
                }
            }
        }
    }

    /** Among the segments between neighbours of the bounds. */
    private static Stretch mostOutstanding(double[] values, NavigableSet<Integer> bounds) {
        Stretch best = Stretch.NONE;
        for (int from : bounds.headSet(bounds.last())) {
            best = best.orAbove(Stretch.mostOutstanding(values, from, bounds.higher(from)));
        }
        return best;
    }

    /**
     * The share of histories, shuffled within the segments and this one among them, in which a
     * stretch stands out as much; 1 as soon as it cannot be significant.
     */
    private double pValue(NavigableSet<Integer> segments, double autocorrelation) {
        // Shuffled sums are rounded in another order.
        double asMuch = mostOutstanding(levels, segments).energy() * (1 - 1e-9);
        int found = 1;
        for (int shuffle = 0; shuffle < SHUFFLES; shuffle++) {
            double[] shuffled = levels.clone();
            for (int from : segments.headSet(segments.last())) {
                shuffle(shuffled, from, segments.higher(from), autocorrelation);
            }
            found += mostOutstanding(shuffled, segments).energy() >= asMuch ? 1 : 0;
            if (found > SIGNIFICANCE * (SHUFFLES + 1)) {
                return 1;
            }
        }
        return found / (SHUFFLES + 1.0);
    }

    /** Shuffles what is new in each run, and lets it linger in those after. */
    private void shuffle(double[] values, int from, int to, double autocorrelation) {
        double level = median(from, to);
        // A first run holds what lingers of all before it.
        double newInFirst = Math.sqrt(1 - autocorrelation * autocorrelation);
        var news = new double[to - from];
        news[0] = newInFirst * (values[from] - level);
        for (int run = from + 1; run < to; run++) {
            news[run - from] = values[run] - level - autocorrelation * (values[run - 1] - level);
        }
        for (int last = news.length - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            double swapped = news[last];
            news[last] = news[other];
            news[other] = swapped;
        }
        values[from] = level + news[0] / newInFirst;
        for (int run = from + 1; run < to; run++) {
            values[run] = level + news[run - from] + autocorrelation * (values[run - 1] - level);
        }
    }

    // Merging.

    private void mergeWhatDoesNotDiffer() {
        double autocorrelation = autocorrelation();
        Optional<Integer> least;
        do {
            least =
                    inner().stream()
                            .filter(bound -> !isChange(bound, autocorrelation))
                            .min(Comparator.comparingDouble(bound -> Math.abs(stepAt(bound))));
            least.ifPresent(bounds::remove);
        } while (least.isPresent());
    }

    private boolean isChange(int bound, double autocorrelation) {
        return Math.abs(stepAt(bound)) >= Math.log1p(PRACTICAL_THRESHOLD)
                && isSeenByRanks(bound)
                && pValue(segmentsAround(bound), autocorrelation) <= SIGNIFICANCE;
    }

    private boolean isSeenByRanks(int bound) {
        int from = bounds.lower(bound);
        int to = bounds.higher(bound);
        double p =
                MannWhitney.pValue(
                        Arrays.copyOfRange(levels, from, bound),
                        Arrays.copyOfRange(levels, bound, to));
        return p <= Math.max(SIGNIFICANCE, MannWhitney.smallestPValue(bound - from, to - bound));
    }

    /** Both segments as one: what there would be without the bound. */
    private NavigableSet<Integer> segmentsAround(int bound) {
        return new TreeSet<>(List.of(bounds.lower(bound), bounds.higher(bound)));
    }

    /** At lag 1, of the runs around the medians of their segments; 0 where it is negative. */
    private double autocorrelation() {
        double products = 0;
        double squares = 0;
        for (int from : bounds.headSet(levels.length)) {
            int to = bounds.higher(from);
            double level = median(from, to);
            for (int run = from; run < to; run++) {
                double deviation = levels[run] - level;
                squares += deviation * deviation;
                products += run == from ? 0 : deviation * (levels[run - 1] - level);
            }
        }
        int segments = bounds.size() - 1;
        double lost = AUTOCORRELATION_LOST * segments / levels.length;
        return squares == 0 ? 0 : Math.clamp(products / squares + lost, 0, LARGEST_AUTOCORRELATION);
    }

    private double stepAt(int bound) {
        return median(bound, bounds.higher(bound)) - median(bounds.lower(bound), bound);
    }

    private double median(int from, int to) {
        return ForkScores.median(Arrays.copyOfRange(levels, from, to));
    }

    /** Without the beginning and the end of the history. */
    private SortedSet<Integer> inner() {
        return bounds.subSet(0, false, levels.length, false);
    }
}
