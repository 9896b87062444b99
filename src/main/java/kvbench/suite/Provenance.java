package kvbench.suite;

import kvbench.checkpoint.Checkpoint;
import kvbench.checkpoint.FileHashes;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.context.Model;
import kvbench.context.Plan;
import kvbench.context.RunContext;
import kvbench.context.Runtime;
import kvbench.engine.Computing;
import kvbench.engine.Engine;
import kvbench.matrix.Cell;
import kvbench.ort.OrtEnvironment;
import kvbench.ort.OrtLibrary;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a run is measured on: the machine, the runtime, and the models of its cells. */
final class Provenance {
    /** Reading more than this takes long enough to be told. */
    private static final long MUCH_TO_READ = 1L << 30;

    private final List<String> words;
    private final PrintStream out;
    private final FileHashes hashes = FileHashes.ofUser();

    /**
     * The provenance of a run that {@code words} ask for.
     *
     * @param out told where weights have to be made or read first
     */
    Provenance(List<String> words, PrintStream out) {
        this.words = words;
        this.out = out;
    }

    /** The context of a run of {@code cells}, as {@code plan} tells them, that begins now. */
    RunContext of(List<Cell> cells, Plan plan) {
        Set<String> names = new LinkedHashSet<>();
        Set<Computing> ways = new LinkedHashSet<>();
        for (Cell cell : cells) {
            if (cell.param("model") != null) {
                names.add(cell.param("model"));
                ways.add(Computing.of(cell::param));
            }
        }
        Runtime runtime =
                names.isEmpty()
                        ? Runtime.unknown("no benchmark of this run loads it")
                        : runtime(ways);
        return RunContext.now(runtime, names.stream().map(this::model).toList(), plan, words);
    }

    /** What {@code cells} are, for a context. */
    static List<Plan.Arm> arms(List<Cell> cells) {
        return cells.stream()
                .map(
                        cell ->
                                new Plan.Arm(
                                        cell.benchmark(),
                                        cell.params(),
                                        cell.schedule().forks(),
                                        cell.schedule().warmups(),
                                        cell.schedule().measurements(),
                                        cell.schedule().timedSeconds()))
                .toList();
    }

    private static Runtime runtime(Set<Computing> ways) {
        OrtLibrary library = OrtLibrary.get();
        return Runtime.loaded(
                library.version(),
                OrtEnvironment.buildInfo(),
                library.builtFor(),
                library.path(),
                new Runtime.Computing(
                        joined(ways, way -> way.provider().toString()),
                        ways.stream().map(Computing::threads).distinct().sorted().toList(),
                        joined(ways, way -> lowerCase(way.type())),
                        sessionOptions(ways)));
    }

    private static String joined(Set<Computing> ways, Function<Computing, String> word) {
        return ways.stream().map(word).distinct().sorted().collect(Collectors.joining(", "));
    }

    /** Each option's value, or its values where the ways to compute differ in it. */
    private static Map<String, String> sessionOptions(Set<Computing> ways) {
        var values = new TreeMap<String, Set<String>>();
        for (Computing way : ways) {
            Engine.sessionOptions(way)
                    .forEach(
                            (name, value) ->
                                    values.computeIfAbsent(name, key -> new LinkedHashSet<>())
                                            .add(value));
        }
        return values.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey, entry -> String.join(", ", entry.getValue())));
    }

    /**
     * Opens each model once before JMH starts: seeded weights are made here, and broken ones are
     * refused.
     */
    private Model model(String name) {
        ModelFolder folder = ModelFolder.find(name);
        if (folder.makesWeights()) {
            out.printf("making the seeded weights of %s in %s%n", folder.name(), folder.path());
        }
        Checkpoint checkpoint = folder.checkpoint(Progress.SILENT);
        Model.Weights weights =
                checkpoint.seed().isPresent()
                        ? new Model.Seeded(checkpoint.seed().getAsLong())
                        : new Model.AsFound();
        return Model.inFolder(
                folder.name(),
                folder.path(),
                folder.tokenizer(),
                folder.config().parameters(),
                checkpoint.type(),
                weights,
                files(folder.name(), checkpoint.files()));
    }

    private List<Model.WeightFile> files(String model, List<Path> files) {
        long bytes = hashes.bytesToRead(files);
        if (bytes > MUCH_TO_READ) {
            out.printf(
                    Locale.ROOT,
                    "hashing the weights of %s, %,d bytes; the next run on the same files need"
                            + " not%n",
                    model,
                    bytes);
        }
        List<Optional<FileHashes.Hashed>> hashed = hashes.of(files);
        var described = new ArrayList<Model.WeightFile>();
        for (int i = 0; i < files.size(); i++) {
            described.add(file(files.get(i), hashed.get(i)));
        }
        return described;
    }

    private static Model.WeightFile file(Path file, Optional<FileHashes.Hashed> hashed) {
        String name = file.getFileName().toString();
        long bytes = file.toFile().length();
        return hashed.map(
                        hash ->
                                new Model.WeightFile(
                                        name, bytes, hash.sha256(), described(hash.origin())))
                .orElseGet(
                        () ->
                                Model.WeightFile.unhashed(
                                        name, bytes, "the file could not be read to its end"));
    }

    private static String described(FileHashes.Origin origin) {
        return switch (origin) {
            case COMPUTED -> "of all bytes, read as the run began";
            case KEPT -> "of all bytes, read for an earlier run; size and time have not changed";
        };
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
