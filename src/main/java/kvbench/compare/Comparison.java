package kvbench.compare;

import kvbench.compare.Cells.Cell;
import kvbench.compare.Quantity.Samples;
import kvbench.context.Difference;
import kvbench.results.JmhResult;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Results side by side along one axis, and a {@link Verdict} for each pair of a baseline and a
 * candidate.
 *
 * <p>Of figures that vary, the fork is the replicate: a difference is one where the exact
 * Mann-Whitney test of the forks' medians shows it at 5 %, after Holm's correction over all pairs
 * of the comparison, and where it is beyond the practical threshold. Bytes that are counted are
 * compared as they are.
 *
 * @param columns names, the baseline's first
 * @param rows in the order of a report
 * @param contexts in what each side differs from the baseline's, as far as both tell it
 * @param allowed those of the contexts' differences in spite of which figures were compared
 * @param notes what a reader must know of the whole
 */
public record Comparison(
        Axis axis,
        List<String> columns,
        List<Row> rows,
        Map<String, List<Difference>> contexts,
        Set<Difference> allowed,
        List<String> notes) {

    /** Probability at most of calling any difference where there is none. */
    public static final double SIGNIFICANCE = 0.05;

    public Comparison {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        contexts = Collections.unmodifiableMap(new LinkedHashMap<>(contexts));
        allowed = Set.copyOf(allowed);
        notes = List.copyOf(notes);
    }

    /** One result and where it stands. */
    private record Item(Side side, Cell cell, String column) {}

    /** What tells one row from another. */
    private record Key(String benchmark, String mode, Map<String, String> params, String run) {
        boolean isButForMode(Key other) {
            return benchmark.equals(other.benchmark)
                    && params.equals(other.params)
                    && run.equals(other.run);
        }
    }

    /** Compares the results of {@code sides}. */
    public static Comparison of(List<Side> sides, Settings settings) {
        var notes = new ArrayList<String>();
        List<Item> items = items(sides, settings, notes);
        List<String> columns = columns(items, sides, settings);
        var contexts = new Contexts(settings);
        sameFiles(sides, notes);
        Map<Key, Map<String, List<Item>>> byKey = byKey(items, settings.axis());
        var pairs = new Pairs(settings, contexts);
        var rows = new ArrayList<Row>();
        byKey.forEach(
                (key, row) -> {
                    boolean isMeasured =
                            row.values().stream()
                                    .flatMap(List::stream)
                                    .anyMatch(item -> !item.cell().isEmpty());
                    if (isMeasured) {
                        for (Quantity quantity : settings.quantities()) {
                            row(key, row, quantity, columns, pairs).ifPresent(rows::add);
                        }
                    } else {
                        rows.add(
                                row(
                                        key,
                                        row,
                                        settings.quantities().getFirst(),
                                        "",
                                        figures(row, columns, settings.quantities().getFirst()),
                                        pairs));
                    }
                });
        Map<String, List<Difference>> differences =
                differences(sides, reference(settings.axis(), columns, sides), contexts, notes);
        return new Comparison(
                settings.axis(),
                columns,
                pairs.judge(rows),
                differences,
                differences.values().stream()
                        .flatMap(List::stream)
                        .filter(difference -> Contexts.isAllowed(difference, settings))
                        .collect(Collectors.toSet()),
                notes);
    }

    private static List<Item> items(List<Side> sides, Settings settings, List<String> notes) {
        var items = new ArrayList<Item>();
        int without = 0;
        for (Side side : sides) {
            for (Cell cell : Cells.of(side)) {
                if (settings.filter().takes(cell.result())) {
                    String column = settings.axis().column(side, cell.result());
                    if (column.isEmpty()) {
                        without++;
                    } else {
                        items.add(new Item(side, cell, column));
                    }
                }
            }
        }
        if (without > 0) {
            notes.add(
                    "%d result%s no parameter \"%s\" and %s in no column."
                            .formatted(
                                    without,
                                    without == 1 ? " has" : "s have",
                                    settings.axis().name(),
                                    without == 1 ? "stands" : "stand"));
        }
        return items;
    }

    /** All that have a result, the baseline first. */
    private static List<String> columns(List<Item> items, List<Side> sides, Settings settings) {
        Set<String> filled = new HashSet<>();
        items.stream()
                .filter(item -> item.cell().absence().isEmpty())
                .forEach(item -> filled.add(item.column()));
        List<String> columns = new ArrayList<>(settings.axis().columns(sides));
        if (!settings.axis().isOfRuns()) {
            columns.removeIf(column -> !filled.contains(column));
        }
        settings.baseline()
                .filter(columns::remove)
                .ifPresent(baseline -> columns.addFirst(baseline));
        return columns;
    }

    /** Results of several runs share rows where no two of them would stand in one place. */
    private static Map<Key, Map<String, List<Item>>> byKey(List<Item> items, Axis axis) {
        Map<Key, Map<String, List<Item>>> joined = byKey(items, axis, false);
        boolean isClear =
                axis.isOfRuns()
                        || joined.values().stream()
                                .flatMap(row -> row.values().stream())
                                .allMatch(
                                        place ->
                                                place.stream().map(Item::side).distinct().count()
                                                        < 2);
        return isClear ? joined : byKey(items, axis, true);
    }

    private static Map<Key, Map<String, List<Item>>> byKey(
            List<Item> items, Axis axis, boolean isByRun) {
        var byKey = new LinkedHashMap<Key, Map<String, List<Item>>>();
        items.stream()
                .filter(item -> !item.cell().isEmpty())
                .sorted(Comparator.comparing(item -> item.cell().result(), Order.RESULTS))
                .forEach(
                        item ->
                                add(
                                        item,
                                        byKey.computeIfAbsent(
                                                key(item, axis, isByRun),
                                                key -> new LinkedHashMap<>())));
        // In which mode an arm failed is not known: it failed in each that others measured.
        for (Item item : items) {
            if (item.cell().isEmpty()) {
                Key failed = key(item, axis, isByRun);
                List<Map<String, List<Item>>> others =
                        byKey.entrySet().stream()
                                .filter(row -> row.getKey().isButForMode(failed))
                                .map(Map.Entry::getValue)
                                .toList();
                others.forEach(row -> add(item, row));
                // A report of one run lists its failed arms elsewhere.
                if (others.isEmpty() && axis.isOfRuns() && !item.cell().failure().isEmpty()) {
                    add(item, byKey.computeIfAbsent(failed, key -> new LinkedHashMap<>()));
                }
            }
        }
        return byKey;
    }

    private static void add(Item item, Map<String, List<Item>> row) {
        row.computeIfAbsent(item.column(), key -> new ArrayList<>()).add(item);
    }

    private static Key key(Item item, Axis axis, boolean isByRun) {
        JmhResult result = item.cell().result();
        Map<String, String> params = JmhResult.chosen(result.params());
        params.remove(axis.name());
        return new Key(
                result.benchmark(),
                result.mode() + " " + result.threads(),
                params,
                isByRun ? item.side().name() : "");
    }

    /** Empty where no column has the quantity. */
    private static Optional<Row> row(
            Key key,
            Map<String, List<Item>> row,
            Quantity quantity,
            List<String> columns,
            Pairs pairs) {
        List<Pairs.Figure> found = figures(row, columns, quantity);
        Optional<String> unit =
                found.stream()
                        .flatMap(figure -> figure.samples().stream())
                        .map(Samples::unit)
                        .findFirst();
        if (unit.isEmpty()) {
            return Optional.empty();
        }
        List<Pairs.Figure> figures =
                found.stream().map(figure -> figure.inUnit(unit.get())).toList();
        return Optional.of(row(key, row, quantity, unit.get(), figures, pairs));
    }

    private static List<Pairs.Figure> figures(
            Map<String, List<Item>> row, List<String> columns, Quantity quantity) {
        return columns.stream()
                .map(column -> figure(row.getOrDefault(column, List.of()), quantity))
                .toList();
    }

    private static Row row(
            Key key,
            Map<String, List<Item>> row,
            Quantity quantity,
            String unit,
            List<Pairs.Figure> figures,
            Pairs pairs) {
        Pairs.Figure baseline = figures.getFirst();
        var entries = new ArrayList<Entry>();
        entries.add(pairs.alone(baseline, quantity));
        figures.stream()
                .skip(1)
                .map(figure -> pairs.against(baseline, figure, quantity))
                .forEach(entries::add);
        JmhResult example = row.values().iterator().next().getFirst().cell().result();
        return new Row(example, key.params(), key.run(), quantity, unit, entries);
    }

    private static Pairs.Figure figure(List<Item> place, Quantity quantity) {
        if (place.isEmpty()) {
            return Pairs.Figure.NONE;
        }
        Item item = place.getFirst();
        String trouble =
                place.size() > 1
                        ? "measured %d times in %s"
                                .formatted(
                                        place.size(),
                                        place.stream()
                                                .map(found -> found.side().name())
                                                .distinct()
                                                .collect(Collectors.joining(", ")))
                        : "";
        return new Pairs.Figure(
                Optional.of(item.side()),
                item.cell().result(),
                quantity.of(item.cell().result()),
                item.cell().failure(),
                item.cell().absence(),
                item.cell().loss(),
                trouble);
    }

    private static void sameFiles(List<Side> sides, List<String> notes) {
        var first = new HashMap<Path, String>();
        for (Side side : sides) {
            Path file = side.run().json().toAbsolutePath().normalize();
            String other = first.putIfAbsent(file, side.name());
            if (other != null) {
                notes.add("%s and %s are the same file.".formatted(other, side.name()));
            }
        }
    }

    private static Map<String, List<Difference>> differences(
            List<Side> sides, Optional<Side> reference, Contexts contexts, List<String> notes) {
        var differences = new LinkedHashMap<String, List<Difference>>();
        for (Side side : sides) {
            if (side.run().context().isEmpty() && sides.size() > 1) {
                notes.add(
                        "%s has no context.json: that it was measured on the same machine, runtime and model cannot be checked."
                                .formatted(side.name()));
            }
            if (reference.isPresent() && side != reference.get()) {
                List<Difference> found = contexts.of(reference.get(), side);
                differences.put(side.name(), found);
                notes.addAll(Circumstances.of(reference.get(), side));
            }
        }
        return differences;
    }

    /** The first of {@code sides} that stands in the baseline's column. */
    public Optional<Side> reference(List<Side> sides) {
        return reference(axis, columns, sides);
    }

    private static Optional<Side> reference(Axis axis, List<String> columns, List<Side> sides) {
        return sides.stream()
                .filter(
                        side ->
                                !columns.isEmpty()
                                        && axis.columns(List.of(side)).contains(columns.getFirst()))
                .findFirst();
    }

    /** Whether each side measured something, and none of it the other too. */
    public boolean isOfNothingInCommon() {
        Set<Verdict> verdicts =
                candidates()
                        .filter(
                                entry ->
                                        entry.verdict() != Verdict.NOT_COMPARABLE
                                                || entry.hasFigure())
                        .map(Entry::verdict)
                        .collect(Collectors.toSet());
        return verdicts.equals(Set.of(Verdict.ONLY_IN_BASELINE, Verdict.ONLY_IN_CANDIDATE));
    }

    /** Every entry that is held against a baseline. */
    public Stream<Entry> candidates() {
        return rows.stream().flatMap(row -> row.candidates().stream());
    }
}
