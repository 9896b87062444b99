package kvbench.plan;

import kvbench.matrix.Cell;
import kvbench.matrix.DeviceNeed;
import kvbench.matrix.MemoryNeed;
import kvbench.results.JmhResult;
import kvbench.results.VetoedArm;
import kvbench.table.Table;
import kvbench.table.Table.Column;
import kvbench.table.TextTable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A plan as tables of plain text. */
public final class PlanText {
    private static final String NOT_THERE = "-";

    private final Plan plan;
    private final StringBuilder text = new StringBuilder();

    private PlanText(Plan plan) {
        this.plan = plan;
    }

    /** The plan, each line of at most 110 columns. */
    public static String of(Plan plan) {
        var text = new PlanText(plan);
        text.add();
        return text.text.toString();
    }

    private void add() {
        byBenchmark().values().forEach(arms -> paragraph(TextTable.render(table(arms))));
        if (!plan.arms().isEmpty()) {
            paragraph(TextTable.render(total()));
        }
        if (!plan.models().isEmpty()) {
            paragraph(TextTable.render(models()));
        }
        lines(notes());
    }

    private void paragraph(String paragraph) {
        text.append(paragraph).append('\n');
    }

    private void lines(List<String> lines) {
        lines.stream()
                .flatMap(line -> TextTable.hanging(line).stream())
                .forEach(line -> text.append(line).append('\n'));
    }

    private Map<String, List<Plan.Arm>> byBenchmark() {
        return plan.arms().stream()
                .collect(
                        Collectors.groupingBy(
                                Plan.Arm::benchmark, LinkedHashMap::new, Collectors.toList()));
    }

    // ---- The arms of one benchmark ----

    private static Table table(List<Plan.Arm> arms) {
        Set<String> differing = differing(arms);
        var columns = new ArrayList<Column>();
        differing.forEach(name -> columns.add(Column.words(name)));
        columns.addAll(
                List.of(
                        Column.numbers("forks", ""),
                        Column.numbers("time", "m:ss"),
                        Column.numbers("KV held", ""),
                        Column.numbers("KV peak", ""),
                        Column.numbers("activations", ""),
                        Column.numbers("host", ""),
                        Column.numbers("device", "")));
        return new Table(
                heading(arms.getFirst(), differing),
                columns,
                arms.stream().map(arm -> row(arm, differing)).toList(),
                List.of());
    }

    /** Names of the parameters that differ, and the strategy. */
    private static Set<String> differing(List<Plan.Arm> arms) {
        var names = new LinkedHashSet<>(arms.getFirst().params().keySet());
        names.removeIf(
                name ->
                        !name.equals(Cell.STRATEGY)
                                && arms.stream()
                                                .map(arm -> arm.params().get(name))
                                                .distinct()
                                                .count()
                                        == 1);
        return names;
    }

    private static String heading(Plan.Arm arm, Set<String> differing) {
        String common = values(arm.params(), differing);
        return simple(arm.benchmark()) + (common.isEmpty() ? "" : ":" + common);
    }

    private static List<Table.Cell> row(Plan.Arm arm, Set<String> differing) {
        MemoryNeed memory = arm.memory();
        var cells = new ArrayList<Table.Cell>();
        differing.forEach(name -> cells.add(Table.Cell.words(arm.params().get(name))));
        cells.add(Table.Cell.words(Integer.toString(arm.forks())));
        cells.add(time(arm.seconds()));
        boolean runsModel = arm.params().containsKey("model");
        cells.add(runsModel ? Table.Cell.bytes(memory.heldBytes()) : Table.Cell.words(NOT_THERE));
        cells.add(runsModel ? Table.Cell.bytes(memory.peakBytes()) : Table.Cell.words(NOT_THERE));
        cells.add(
                runsModel
                        ? Table.Cell.bytes(memory.activationBytes())
                        : Table.Cell.words(NOT_THERE));
        cells.add(Table.Cell.bytes(memory.hostBytes()));
        cells.add(
                memory.device().isPresent()
                        ? Table.Cell.bytes(memory.deviceBytes())
                        : Table.Cell.words(NOT_THERE));
        return cells;
    }

    private static Table.Cell time(double seconds) {
        return new Table.Cell(
                Forecast.clock(Duration.ofMillis(Math.round(seconds * 1e3))), seconds);
    }

    // ---- All of them ----

    private Table total() {
        var rows = new ArrayList<List<Table.Cell>>();
        byBenchmark()
                .forEach(
                        (benchmark, arms) ->
                                rows.add(
                                        totalRow(
                                                simple(benchmark).replaceFirst("\\..*", ""),
                                                arms)));
        rows.add(totalRow("in all", plan.arms()));
        return new Table(
                "To be measured",
                List.of(
                        Column.words("benchmark"),
                        Column.numbers("cells", ""),
                        Column.numbers("forks", ""),
                        Column.numbers("time", "m:ss")),
                rows,
                List.of());
    }

    private static List<Table.Cell> totalRow(String name, List<Plan.Arm> arms) {
        return List.of(
                Table.Cell.words(name),
                Table.Cell.words(Integer.toString(arms.size())),
                Table.Cell.words(Integer.toString(arms.stream().mapToInt(Plan.Arm::forks).sum())),
                time(arms.stream().mapToDouble(Plan.Arm::seconds).sum()));
    }

    private Table models() {
        return new Table(
                "Models",
                List.of(
                        Column.words("model"),
                        Column.numbers("parameters", ""),
                        Column.numbers("mapped", ""),
                        Column.numbers("private", ""),
                        Column.words("on disk")),
                plan.models().stream().map(PlanText::row).toList(),
                List.of());
    }

    private static List<Table.Cell> row(Plan.ModelNeed model) {
        return List.of(
                Table.Cell.words(model.name()),
                Table.Cell.words("%,d".formatted(model.parameters())),
                Table.Cell.bytes(model.mappedBytes()),
                Table.Cell.bytes(model.privateBytes()),
                Table.Cell.words(model.toMake().isEmpty() ? "there" : "still to be made"));
    }

    // ---- What else is to be known ----

    private List<String> notes() {
        var lines = new ArrayList<String>();
        if (!plan.arms().isEmpty()) {
            lines.add(
                    "KV held, KV peak: of the cache at its longest between two calls, and with past"
                        + " and present alive at once. A decode step and a prefill are taken back"
                        + " after each call: held is without their tokens. activations: of the"
                        + " longest pass, an estimate. host: these, the runtime's list of them (a"
                        + " 32nd), the weights and what else the model loads, or the memory that is"
                        + " read; Java's own is not in it.");
            lines.add(
                    plan.arms().stream().anyMatch(arm -> arm.memory().device().isPresent())
                            ? "device: of an arm on a GPU, KV peak, activations, the weights in the"
                                    + " type that is computed in, and %s for CUDA's context and libraries, an estimate; or the two buffers that are copied. Its host has the weights' files, a copy of the weights where they are cast, and no cache."
                                            .formatted(
                                                    Table.Cell.bytes(DeviceNeed.CONTEXT_BYTES)
                                                            .text())
                            : "device: nothing, since all of it runs on the CPU.");
        }
        lines.addAll(plan.basis());
        plan.models()
                .forEach(
                        model ->
                                model.toMake()
                                        .ifPresent(make -> lines.add(made(model.name(), make))));
        if (!plan.arms().isEmpty()) {
            lines.add("disk: the run's folder takes at most %s".formatted(room(plan.disk())));
        }
        plan.warnings().forEach(warning -> lines.add("WARNING: " + warning));
        lines.addAll(vetoed());
        return lines;
    }

    /**
     * Arms of the same reason stand below it, a line for those that differ in their strategy only.
     */
    private List<String> vetoed() {
        var reasons = new LinkedHashMap<String, Map<String, List<String>>>();
        for (VetoedArm arm : plan.vetoed()) {
            reasons.computeIfAbsent(arm.reason(), reason -> new LinkedHashMap<>())
                    .computeIfAbsent(
                            simple(arm.benchmark()) + values(arm.params(), Set.of(Cell.STRATEGY)),
                            same -> new ArrayList<>())
                    .addAll(Stream.ofNullable(arm.params().get(Cell.STRATEGY)).toList());
        }
        return reasons.entrySet().stream()
                .flatMap(entry -> notRun(entry.getKey(), arms(entry.getValue())))
                .toList();
    }

    private static List<String> arms(Map<String, List<String>> strategies) {
        return strategies.entrySet().stream()
                .map(
                        arm ->
                                arm.getValue().isEmpty()
                                        ? arm.getKey()
                                        : arm.getKey()
                                                + " strategy="
                                                + String.join(",", arm.getValue()))
                .toList();
    }

    private static Stream<String> notRun(String reason, List<String> arms) {
        return arms.size() == 1
                ? Stream.of("not run: %s: %s".formatted(arms.getFirst(), reason))
                : Stream.concat(
                        Stream.of("not run, these %d: %s".formatted(arms.size(), reason)),
                        arms.stream().map("- "::concat));
    }

    /** Class and method. */
    private static String simple(String benchmark) {
        return benchmark.replaceFirst(".*\\.(?=[^.]+\\.[^.]+$)", "");
    }

    /**
     * {@code name=value} of each parameter that was not left to the suite and is not in {@code
     * without}.
     */
    private static String values(Map<String, String> params, Set<String> without) {
        Set<String> chosen = JmhResult.chosen(params).keySet();
        return params.entrySet().stream()
                .filter(param -> chosen.contains(param.getKey()))
                .filter(param -> !without.contains(param.getKey()))
                .map(param -> " " + param.getKey() + "=" + param.getValue())
                .collect(Collectors.joining());
    }

    private static String made(String model, Plan.ToMake make) {
        return make.asked()
                ? "disk: the weights of %s have to be made first, with `models make %s`: %s"
                        .formatted(model, model, room(make.disk()))
                : "disk: bench makes the weights of %s: %s".formatted(model, room(make.disk()));
    }

    private static String room(Plan.Disk disk) {
        return "%s in %s, where %s are free%s"
                .formatted(
                        Table.Cell.bytes(disk.bytes()).text(),
                        disk.folder(),
                        Table.Cell.bytes(disk.freeBytes()).text(),
                        disk.isFull() ? ": NOT ENOUGH" : "");
    }
}
