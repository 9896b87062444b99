package kvbench.store;

import kvbench.bench.TurnLog;
import kvbench.context.RunContext;
import kvbench.model.InputException;
import kvbench.results.MergedFrom;
import kvbench.results.VetoedArm;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Joins runs that were measured on the same: the shards of one matrix, or more forks of the same
 * cells.
 *
 * <p>Forks of a cell that several runs measured are numbered on, in the order in which the runs are
 * given. The runs themselves stay as they are; the context of each goes along.
 */
public final class RunMerger {
    private static final Set<String> TURNS = Set.of(TurnLog.TURNS_FILE, TurnLog.TOKENS_FILE);

    /** Ends the name of a folder while it is made. */
    private static final String MERGING = ".merging";

    private final List<RunFolder> runs;
    private final Map<Map<String, String>, PlannedCell> cells = new LinkedHashMap<>();
    private final List<Copy> copies = new ArrayList<>();

    /** A fork of one of the runs and which it becomes. */
    private record Copy(RunFolder from, ForkRun was, ForkRun is) {}

    private RunMerger(List<RunFolder> runs) {
        this.runs = runs;
    }

    /**
     * Makes a run of several.
     *
     * @param parent folder of all runs
     * @param label what the new run is called
     * @param out told in what the runs differ that may be joined all the same
     * @throws InputException if they are not comparable, or one of them is broken or being measured
     */
    public static RunFolder merge(List<Path> paths, Path parent, String label, PrintStream out) {
        requireSeveral(paths);
        try (var _ = Sources.of(paths)) {
            List<RunFolder> runs = paths.stream().map(RunFolder::open).toList();
            runs.forEach(RunMerger::requireInOrder);
            for (int i = 0; i < runs.size(); i++) {
                for (int j = i + 1; j < runs.size(); j++) {
                    Mergeable.require(runs.get(i), runs.get(j));
                }
            }
            RunFolder merged = new RunMerger(runs).merged(parent, label);
            runs.stream().skip(1).forEach(run -> tellDifferences(runs.getFirst(), run, out));
            SpreadComparisons.of(runs).forEach(line -> out.printf("WARNING: %s%n", line));
            return merged;
        }
    }

    private static void tellDifferences(RunFolder first, RunFolder other, PrintStream out) {
        Mergeable.worthKnowing(first, other)
                .forEach(
                        difference ->
                                out.printf(
                                        "differs between %s and %s: %s%n",
                                        first.path(), other.path(), difference));
    }

    /**
     * What was killed in the moment of completing a fork, only going on with the run mends; and
     * what a fork lacks is told by the fork's own folder.
     */
    private static void requireInOrder(RunFolder run) {
        if (run.plan().order().stream().anyMatch(run.forks()::isToBeAdopted)) {
            throw InputException.unusable(
                    "%s: expected a run that was stopped between two forks, found one stopped while it kept a fork's result. Put it in order with `bench --resume %s`, and merge again."
                            .formatted(run.path(), run.path()));
        }
        try {
            new Composition(run).turns();
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected forks whose files can be read, found %s. Make them so, and merge again."
                            .formatted(run.path(), e),
                    e);
        }
    }

    private static void requireSeveral(List<Path> paths) {
        long different =
                paths.stream().map(Path::toAbsolutePath).map(Path::normalize).distinct().count();
        if (paths.size() < 2 || different < paths.size()) {
            throw InputException.wrongUse(
                    "expected two runs or more, each named once, found %s."
                            .formatted(
                                    String.join(
                                            ", ", paths.stream().map(Path::toString).toList())));
        }
    }

    /** Complete under its name, or not there at all. */
    private RunFolder merged(Path parent, String label) {
        inOrderOfTheMatrix().forEach(this::add);
        requireNoForkTwice();
        Origins.requireDifferent(runs);
        RunContext context = RunContext.joined(runs.stream().map(RunFolder::context).toList());
        Path named = RunFolder.named(parent, label, context);
        try {
            Files.createDirectories(parent);
            Path building =
                    RunFolder.firstFree(
                            named.resolveSibling(named.getFileName() + MERGING),
                            Files::createDirectory);
            try {
                fill(building, context);
                return RunFolder.open(publish(building, named));
            } finally {
                if (Files.exists(building)) {
                    FolderTree.remove(building);
                }
            }
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected to make the merged run there, found that it cannot be made (%s). Free some room, or name another parent with --out DIR."
                            .formatted(named, e),
                    e);
        }
    }

    /** The schedule comes last: before, it is no run to anybody. */
    private void fill(Path building, RunContext context) throws IOException {
        RunPlan plan = plan();
        var forks = new ForkFolders(building, plan);
        AtomicFile.write(building.resolve(RunContext.FILE_NAME), context.toJson());
        for (Copy copy : copies) {
            copy(copy, forks);
        }
        keepContexts(building);
        keepCautions(building);
        plan.write(building);
        for (Composition.Writing file : new Composition(RunFolder.open(building)).files()) {
            file.write();
        }
    }

    /** Gives the folder its name, or, where another has it by now, the next one that is free. */
    private static Path publish(Path building, Path named) throws IOException {
        return RunFolder.firstFree(named, free -> Files.move(building, free));
    }

    private RunPlan plan() {
        RunPlan first = runs.getFirst().plan();
        return new RunPlan(
                RunPlan.SCHEMA_VERSION,
                first.words(),
                first.repeatArms(),
                "merged",
                first.seed(),
                List.copyOf(cells.values()),
                copies.stream().map(Copy::is).toList(),
                vetoed(),
                runs.stream().map(run -> run.path().getFileName().toString()).toList());
    }

    /** Of two folders one may be a copy of the other, or merged from it. */
    private void requireNoForkTwice() {
        var seen = new HashMap<ByteBuffer, Copy>();
        for (Copy copy : copies) {
            Path record = record(copy);
            if (!Files.exists(record)) {
                continue;
            }
            try {
                Copy before = seen.put(ForkRecord.digest(record), copy);
                if (before != null) {
                    throw InputException.wrongUse(
                            "%s and %s: expected each fork in one of the runs, found the same measurement in both. Leave out a run that is a copy, or that was merged from another given."
                                    .formatted(record(before), record));
                }
            } catch (IOException e) {
                throw ForkTurns.broken(record, "a file that cannot be read (" + e + ")", e);
            }
        }
    }

    private static Path record(Copy copy) {
        return copy.from().forks().complete(copy.was()).resolve(ForkRecord.FILE_NAME);
    }

    /** A cell of one of the runs. */
    private record Part(RunFolder run, PlannedCell cell) {}

    /** The cells of all runs: shards of one matrix in its order, else run after run. */
    private List<Part> inOrderOfTheMatrix() {
        RunPlan first = runs.getFirst().plan();
        boolean shards =
                runs.stream()
                        .map(RunFolder::plan)
                        .allMatch(
                                plan ->
                                        plan.words().equals(first.words())
                                                && plan.repeatArms().equals(first.repeatArms()));
        Stream<Part> parts =
                runs.stream()
                        .flatMap(
                                run ->
                                        run.plan().cells().stream()
                                                .map(cell -> new Part(run, cell)));
        return shards
                ? parts.sorted(Comparator.comparingInt(part -> part.cell().index())).toList()
                : parts.toList();
    }

    /** A cell that is known by its benchmark and parameters gets more forks. */
    private void add(Part part) {
        PlannedCell cell = part.cell();
        Map<String, String> key = new LinkedHashMap<>(cell.params());
        key.put("", cell.benchmark());
        PlannedCell before =
                cells.getOrDefault(
                        key,
                        new PlannedCell(
                                cells.size(), cell.benchmark(), cell.params(), 0, cell.turns()));
        for (int fork = 1; fork <= cell.forks(); fork++) {
            copies.add(
                    new Copy(
                            part.run(),
                            new ForkRun(cell.index(), fork),
                            new ForkRun(before.index(), before.forks() + fork)));
        }
        cells.put(
                key,
                new PlannedCell(
                        before.index(),
                        before.benchmark(),
                        before.params(),
                        before.forks() + cell.forks(),
                        before.turns()));
    }

    private List<VetoedArm> vetoed() {
        var all = new LinkedHashSet<VetoedArm>();
        runs.forEach(run -> all.addAll(run.plan().vetoed()));
        return List.copyOf(all);
    }

    private static void copy(Copy copy, ForkFolders to) throws IOException {
        ForkFolders from = copy.from().forks();
        Path complete = from.complete(copy.was());
        Path failed = from.failed(copy.was());
        if (Files.exists(complete)) {
            copyFiles(complete, to.complete(copy.is()));
            new Renumbered(complete, ForkTurns.ofComplete(complete), copy.is().fork())
                    .write(to.complete(copy.is()));
        } else if (Files.exists(failed)) {
            copyFiles(failed, to.failed(copy.is()));
            new Renumbered(failed, ForkTurns.ofDead(failed), copy.is().fork())
                    .write(to.failed(copy.is()));
        }
    }

    /** All but the turns, which get another number. */
    private static void copyFiles(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        List<Path> files;
        try (Stream<Path> all = Files.walk(from)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            if (!TURNS.contains(from.relativize(file).toString())) {
                Files.copy(file, target);
            }
        }
    }

    /** What each run was measured on, also after it was resumed, or before it was merged. */
    private void keepContexts(Path merged) throws IOException {
        for (int i = 0; i < runs.size(); i++) {
            Path run = runs.get(i).path();
            for (Path context : Origins.contexts(run)) {
                String name = "%d-%s.%s".formatted(i + 1, run.getFileName(), context.getFileName());
                Files.copy(context, merged.resolve(name));
            }
        }
    }

    /** What the one who merges is told, and was told before, for who reads the report. */
    private void keepCautions(Path merged) throws IOException {
        List<String> cautions =
                Stream.concat(
                                SpreadComparisons.of(runs).stream(),
                                runs.stream()
                                        .flatMap(run -> MergedFrom.cautions(run.path()).stream()))
                        .distinct()
                        .toList();
        if (!cautions.isEmpty()) {
            AtomicFile.write(
                    merged.resolve(MergedFrom.CAUTIONS_FILE),
                    (String.join("\n", cautions) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
