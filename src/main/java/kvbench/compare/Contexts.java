package kvbench.compare;

import kvbench.context.Comparability;
import kvbench.context.Difference;
import kvbench.context.RunContext;
import kvbench.results.JmhResult;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Whether what two sides were measured on allows to compare their results. */
final class Contexts {
    /** Commits are compared, so that the code may differ. */
    private static final String SOURCE = "source";

    private static final String LENGTHS = "plan.arms ";
    private static final String MODELS = "models.";

    /** Fields that an axis is there to vary. */
    private static final Map<String, String> VARIED_BY_AXIS =
            Map.of(
                    "provider", "runtime.computing.provider",
                    "threads", "runtime.computing.sessionOptions.intra_op_num_threads");

    /** By identity, since the hash of a run is that of all its samples. */
    private final Map<Side, Map<Side, List<Difference>>> differences = new IdentityHashMap<>();

    private final Settings settings;

    Contexts(Settings settings) {
        this.settings = settings;
    }

    /** In what the sides differ; nothing where one has no context. */
    List<Difference> of(Side base, Side candidate) {
        return differences
                .computeIfAbsent(base, side -> new IdentityHashMap<>())
                .computeIfAbsent(
                        candidate,
                        side ->
                                base.run().context().isEmpty()
                                                || candidate.run().context().isEmpty()
                                        ? List.of()
                                        : Comparability.of(
                                                        base.run().context().get(),
                                                        candidate.run().context().get())
                                                .differences());
    }

    /** Those for which the sides' figures may not be held against each other. */
    List<Difference> blocking(
            Side base, Side candidate, List<JmhResult> results, Quantity quantity) {
        if (base == candidate) {
            return List.of();
        }
        return of(base, candidate).stream()
                .filter(difference -> difference.weight() == Difference.Weight.BLOCKING)
                .filter(difference -> !isAllowed(difference, settings))
                .filter(
                        difference ->
                                results.stream()
                                        .anyMatch(
                                                result ->
                                                        concerns(
                                                                difference,
                                                                result,
                                                                base.run()
                                                                        .context()
                                                                        .orElseThrow())))
                .filter(difference -> !isOfLength(difference) || !quantity.isExact())
                .toList();
    }

    /** How long something is measured: what is counted does not depend on it. */
    static boolean isOfLength(Difference difference) {
        return difference.field().startsWith(LENGTHS);
    }

    /** Whether a difference is of a model, or of the lengths of an arm, and of no other. */
    static boolean isOfSome(Difference difference) {
        return isOfLength(difference) || difference.field().startsWith(MODELS);
    }

    /** Whether a difference is one of what {@code result} was measured with. */
    static boolean concerns(Difference difference, JmhResult result, RunContext left) {
        String field = difference.field();
        if (field.startsWith(MODELS)) {
            String model = field.substring(MODELS.length(), field.lastIndexOf('.'));
            return result.param("model").map(model::equals).orElse(true);
        }
        if (isOfLength(difference)) {
            // As the left run's plan spells its arm; of an arm that is in no plan nothing is known.
            return left.plan().arms().stream()
                    .filter(arm -> arm.benchmark().equals(result.benchmark()))
                    .filter(arm -> arm.params().equals(result.params()))
                    .findFirst()
                    .map(
                            arm ->
                                    field.equals(
                                            "%s%s %s"
                                                    .formatted(
                                                            LENGTHS,
                                                            arm.benchmark(),
                                                            arm.params())))
                    .orElse(true);
        }
        return true;
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
