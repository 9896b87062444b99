package kvbench.compare;

import kvbench.context.Comparability;
import kvbench.context.Difference;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
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
    List<Difference> blocking(Side base, Side candidate) {
        if (base == candidate) {
            return List.of();
        }
        return of(base, candidate).stream()
                .filter(difference -> difference.weight() == Difference.Weight.BLOCKING)
                .filter(difference -> !isAllowed(difference, settings))
                .toList();
    }

    /** Whether figures may be compared in spite of a difference. */
    static boolean isAllowed(Difference difference, Settings settings) {
        return Stream.concat(
                        Stream.of(
                                SOURCE,
                                VARIED_BY_AXIS.getOrDefault(settings.axis().name(), SOURCE)),
                        settings.ignored().stream())
                .anyMatch(difference.field()::startsWith);
    }
}
