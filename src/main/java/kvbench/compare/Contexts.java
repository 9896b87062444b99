package kvbench.compare;

import kvbench.context.Comparability;
import kvbench.context.Difference;
import kvbench.context.Plan;
import kvbench.context.RunContext;
import kvbench.results.ForkJvm;
import kvbench.results.JmhResult;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether what two sides were measured on allows to compare their results. */
final class Contexts {
    /** Commits are compared, so that the code may differ. */
    private static final String SOURCE = "source";

    /** Fields that an axis is there to vary. */
    private static final Map<String, String> VARIED_BY_AXIS =
            Map.of(
                    "provider", "runtime.computing.provider",
                    "threads", "runtime.computing.sessionOptions.intra_op_num_threads");

    /** By identity, since the hash of a run is that of all its samples. */
    private final Map<Side, Map<Side, Pair>> pairs = new IdentityHashMap<>();

    private final Settings settings;

    /** In what two sides differ, and what of it is in the way of comparing them. */
    private record Pair(List<Difference> all, Obstacles obstacles) {}

    Contexts(Settings settings) {
        this.settings = settings;
    }

    /**
     * In what the sides differ; where one has no context, in what JMH's files tell of the Java of
     * their first results.
     */
    List<Difference> of(Side base, Side candidate) {
        return pair(base, candidate).all();
    }

    private Pair pair(Side base, Side candidate) {
        return pairs.computeIfAbsent(base, side -> new IdentityHashMap<>())
                .computeIfAbsent(candidate, side -> compare(base, candidate));
    }

    private Pair compare(Side base, Side candidate) {
        Optional<RunContext> left = base.run().context();
        Optional<RunContext> right = candidate.run().context();
        List<Difference> told =
                left.isEmpty() || right.isEmpty()
                        ? List.of()
                        : Comparability.of(left.get(), right.get()).differences();
        var all = new ArrayList<>(told);
        ofForks(
                        base.run().results().stream().limit(1).toList(),
                        candidate.run().results().stream().limit(1).toList())
                .filter(found -> told.stream().noneMatch(one -> one.field().equals(found.field())))
                .forEach(all::add);
        List<Plan.Arm> arms = left.map(context -> context.plan().arms()).orElse(List.of());
        return new Pair(List.copyOf(all), new Obstacles(blocking(told, settings), arms));
    }

    /** Those of which no comparison may be made in spite. */
    static List<Difference> blocking(List<Difference> differences, Settings settings) {
        return differences.stream()
                .filter(difference -> difference.weight() == Difference.Weight.BLOCKING)
                .filter(difference -> !isAllowed(difference, settings))
                .toList();
    }

    /** Those for which the sides' figures may not be held against each other. */
    List<Difference> blocking(
            Side base, Side candidate, JmhResult baseResult, JmhResult result, Quantity quantity) {
        Stream<Difference> ofRuns =
                base == candidate
                        ? Stream.empty()
                        : Stream.of(baseResult, result)
                                .flatMap(pair(base, candidate).obstacles()::of)
                                .filter(
                                        difference ->
                                                !Obstacles.isOfLength(difference)
                                                        || !quantity.isExact());
        // One file may hold results of several runs.
        Stream<Difference> ofForks =
                ofForks(List.of(baseResult), List.of(result))
                        .filter(difference -> !isAllowed(difference, settings));
        return Stream.concat(ofRuns, ofForks).toList();
    }

    /** In what the Java of two results' forks differs, where JMH's files tell it of both. */
    private static Stream<Difference> ofForks(List<JmhResult> base, List<JmhResult> candidate) {
        return base.stream()
                .flatMap(
                        left ->
                                candidate.stream()
                                        .flatMap(right -> differences(left.jvm(), right.jvm())));
    }

    private static Stream<Difference> differences(ForkJvm left, ForkJvm right) {
        if (left.isUnknown() || right.isUnknown()) {
            return Stream.empty();
        }
        return Stream.of(
                        blocking("jvm.version", left.versions(), right.versions()),
                        blocking("jvm.name", left.name(), right.name()),
                        blocking("jvm.arguments", arguments(left), arguments(right)))
                .filter(difference -> !difference.left().equals(difference.right()));
    }

    private static String arguments(ForkJvm jvm) {
        return jvm.arguments().stream()
                .filter(word -> !Comparability.isWithoutEffect(word))
                .distinct()
                .toList()
                .toString();
    }

    private static Difference blocking(String field, String left, String right) {
        return new Difference(field, left, right, Difference.Weight.BLOCKING);
    }

    /** Whether figures may be compared in spite of a difference. */
    static boolean isAllowed(Difference difference, Settings settings) {
        return Stream.concat(
                        Stream.of(
                                SOURCE,
                                VARIED_BY_AXIS.getOrDefault(settings.axis().name(), SOURCE)),
                        settings.ignored().stream())
                .anyMatch(word -> Settings.covers(word, difference));
    }
}
