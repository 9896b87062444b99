package kvbench.compare;

import kvbench.context.Difference;
import kvbench.context.Plan;
import kvbench.results.JmhResult;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The differences of two runs that are in the way of comparing them, by the results that they
 * concern: one of a model concerns those of that model, one of an arm's lengths that arm alone.
 *
 * <p>Sorted once for a pair of runs: of runs whose lengths differ there are as many differences as
 * arms.
 */
final class Obstacles {
    private static final String LENGTHS = "plan.arms ";
    private static final String MODELS = "models.";

    private final List<Difference> ofAll = new ArrayList<>();
    private final Map<String, List<Difference>> byModel = new HashMap<>();
    private final Map<String, List<Difference>> byLength = new HashMap<>();

    /** The field of a difference of its lengths. */
    private final Map<Arm, String> fields = new HashMap<>();

    private record Arm(String benchmark, Map<String, String> params) {}

    /**
     * @param arms the left run's plan, as whose arms the differences are spelt
     */
    Obstacles(List<Difference> differences, List<Plan.Arm> arms) {
        for (Difference difference : differences) {
            listOf(difference).add(difference);
        }
        if (!byLength.isEmpty()) {
            arms.forEach(
                    arm ->
                            fields.put(
                                    new Arm(arm.benchmark(), arm.params()),
                                    "%s%s %s".formatted(LENGTHS, arm.benchmark(), arm.params())));
        }
    }

    private List<Difference> listOf(Difference difference) {
        String field = difference.field();
        if (isOfLength(difference)) {
            return byLength.computeIfAbsent(field, key -> new ArrayList<>());
        }
        if (field.startsWith(MODELS)) {
            String model = field.substring(MODELS.length(), field.lastIndexOf('.'));
            return byModel.computeIfAbsent(model, key -> new ArrayList<>());
        }
        return ofAll;
    }

    /** How long something is measured: what is counted does not depend on it. */
    static boolean isOfLength(Difference difference) {
        return difference.field().startsWith(LENGTHS);
    }

    /** Those that concern every result. */
    List<Difference> ofAll() {
        return List.copyOf(ofAll);
    }

    /** Those that concern {@code result}; of a model or an arm that is not known, all. */
    Stream<Difference> of(JmhResult result) {
        String field =
                byLength.isEmpty()
                        ? ""
                        : fields.getOrDefault(new Arm(result.benchmark(), result.params()), "");
        return Stream.of(
                        Stream.of(ofAll),
                        result.param("model")
                                .map(model -> only(byModel, model))
                                .orElse(byModel.values().stream()),
                        field.isEmpty() ? byLength.values().stream() : only(byLength, field))
                .flatMap(lists -> lists)
                .flatMap(Collection::stream);
    }

    private static Stream<List<Difference>> only(Map<String, List<Difference>> lists, String key) {
        return Stream.of(lists.getOrDefault(key, List.of()));
    }
}
