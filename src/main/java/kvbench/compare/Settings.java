package kvbench.compare;

import kvbench.context.Difference;
import kvbench.context.RunContext;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is compared, and how strictly.
 *
 * @param axis what the columns are
 * @param baseline the column that the others are held against; where it is empty, the first
 * @param quantities in the order of the rows
 * @param filter which results take part
 * @param threshold part by which a figure must differ for it to matter in practice
 * @param ignored fields of the contexts, by whole parts of their names, in which runs may differ
 *     and be compared all the same
 */
public record Settings(
        Axis axis,
        Optional<String> baseline,
        List<Quantity> quantities,
        Filter filter,
        double threshold,
        Set<String> ignored) {
    /** A smaller difference decides nothing for anyone. */
    public static final double PRACTICAL_THRESHOLD = 0.02;

    public Settings {
        quantities = List.copyOf(quantities);
        ignored = Set.copyOf(ignored);
    }

    /** The usual quantities, thresholds and results along {@code axis}. */
    public static Settings along(Axis axis) {
        return new Settings(
                axis,
                Optional.empty(),
                Quantity.DEFAULT,
                Filter.ALL,
                PRACTICAL_THRESHOLD,
                Set.of());
    }

    /** Whether {@code word} is the field of a difference, or one that it is part of. */
    public static boolean covers(String word, Difference difference) {
        String field = difference.field();
        return field.equals(word) || field.startsWith(word + ".") || field.startsWith(word + " ");
    }

    /** Whether {@code word} names a field of a context, or a part of one. */
    public static boolean isField(String word) {
        return isField(List.of(word.split(" ", 2)[0].split("\\.", -1)), RunContext.class);
    }

    /** Below a list or a map are names of models, of options and the like. */
    private static boolean isField(List<String> path, Class<?> type) {
        if (path.isEmpty() || Collection.class.isAssignableFrom(type) || type == Map.class) {
            return true;
        }
        return type.isRecord()
                && Arrays.stream(type.getRecordComponents())
                        .filter(field -> field.getName().equals(path.getFirst()))
                        .anyMatch(field -> isField(path.subList(1, path.size()), field.getType()));
    }

    /** What {@link #isField} takes first, as {@code context.json} has it. */
    public static List<String> fields() {
        return Arrays.stream(RunContext.class.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    /** The same with other quantities. */
    public Settings withQuantities(List<Quantity> others) {
        return new Settings(axis, baseline, others, filter, threshold, ignored);
    }

    /** The same with another baseline. */
    public Settings withBaseline(String column) {
        return new Settings(axis, Optional.of(column), quantities, filter, threshold, ignored);
    }
}
