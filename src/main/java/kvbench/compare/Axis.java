package kvbench.compare;

import kvbench.context.RunContext;
import kvbench.results.JmhResult;

import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** What a comparison spreads over its columns. */
public sealed interface Axis {

    /** The runs, by the names that they were given. */
    record Runs() implements Axis {}

    /** The runs, by the commits that they measured. */
    record Commits() implements Axis {}

    /** The values of a parameter, such as {@code strategy} or {@code depth}. */
    record Parameter(String name) implements Axis {
        private Comparator<String> order() {
            return name.equals(STRATEGY.name()) ? Order.STRATEGIES : Order.NUMBERS;
        }
    }

    /** The strategies. */
    Axis STRATEGY = new Parameter("strategy");

    /** Parameters that say how much is to be generated. */
    Set<String> WORK = Set.of("turns", "tokenBudget", "scenario");

    /** The axis that a user names: {@code run}, {@code commit}, or a parameter. */
    static Axis named(String name) {
        return switch (name) {
            case "run" -> new Runs();
            case "commit" -> new Commits();
            default -> new Parameter(name);
        };
    }

    /** What a user calls it. */
    default String name() {
        return switch (this) {
            case Runs runs -> "run";
            case Commits commits -> "commit";
            case Parameter parameter -> parameter.name();
        };
    }

    /** Whether the columns are runs, so that a result of each stands in each row. */
    default boolean isOfRuns() {
        return !(this instanceof Parameter);
    }

    /** Whether the columns are more and less work, so that unequal work is what is asked for. */
    default boolean isOfWork() {
        return WORK.contains(name());
    }

    /** The columns that the sides' results fill, in order. */
    default List<String> columns(List<Side> sides) {
        return switch (this) {
            case Runs runs -> sides.stream().map(Side::name).toList();
            case Commits commits -> sides.stream().map(Axis::commit).distinct().toList();
            case Parameter parameter ->
                    sides.stream()
                            .flatMap(side -> Cells.of(side).stream())
                            .flatMap(cell -> cell.result().param(parameter.name()).stream())
                            .distinct()
                            .sorted(parameter.order())
                            .toList();
        };
    }

    /** First digits of the commit that a side measured, with a {@code +} where it was changed. */
    static String commit(Side side) {
        return side.run()
                .context()
                .map(RunContext::source)
                .map(source -> source.revision())
                .map(
                        revision ->
                                "%.8s%s"
                                        .formatted(
                                                revision.commit(),
                                                revision.state().equals("dirty") ? "+" : ""))
                .orElse(side.name());
    }

    /** The column that a result of {@code side} stands in, or "" where it stands in none. */
    default String column(Side side, JmhResult result) {
        return switch (this) {
            case Runs runs -> side.name();
            case Commits commits -> commit(side);
            case Parameter parameter -> result.param(parameter.name()).orElse("");
        };
    }
}
