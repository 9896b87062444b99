package kvbench.checkpoint;

import kvbench.model.ElementType;
import kvbench.model.InputException;
import kvbench.model.LlamaConfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The weights of a Llama as they lie in one safetensors file or in several.
 *
 * <p>Holds exactly the tensors of {@link LlamaWeights#shapes}, all of one type; what else the files
 * hold (a rotary table, the head of a tied model) is left out. The weights are not read.
 */
public final class Checkpoint {
    /** The one file of a checkpoint that is not sharded. */
    public static final String FILE = "model.safetensors";

    /** Names the shards of one that is. */
    public static final String INDEX = "model.safetensors.index.json";

    private static final Set<ElementType> WEIGHT_TYPES =
            EnumSet.of(ElementType.FLOAT32, ElementType.FLOAT16, ElementType.BFLOAT16);

    private static final int FILES_NAMED = 10;

    private final SequencedMap<String, StoredTensor> weights;
    private final OptionalLong seed;

    private Checkpoint(SequencedMap<String, StoredTensor> weights, OptionalLong seed) {
        this.weights = Collections.unmodifiableSequencedMap(weights);
        this.seed = seed;
    }

    /**
     * Opens {@value #FILE} in {@code folder}, or the shards that {@value #INDEX} lists.
     *
     * @throws InputException if neither is there, a file is broken, or a tensor that {@code config}
     *     asks for is missing, of another shape or of another type than the rest
     */
    public static Checkpoint open(Path folder, LlamaConfig config) {
        if (Files.exists(folder.resolve(FILE), LinkOption.NOFOLLOW_LINKS)) {
            SafetensorsFile file = SafetensorsFile.open(resolved(folder.resolve(FILE)));
            return new Checkpoint(collect(config, name -> file), SyntheticCheckpoint.seedOf(file));
        }
        if (Files.exists(folder.resolve(INDEX), LinkOption.NOFOLLOW_LINKS)) {
            ShardIndex index = ShardIndex.read(folder.resolve(INDEX));
            var shards = new HashMap<Path, SafetensorsFile>();
            return new Checkpoint(
                    collect(
                            config,
                            name ->
                                    shards.computeIfAbsent(
                                            resolved(index.shardOf(name)), SafetensorsFile::open)),
                    OptionalLong.empty());
        }
        throw InputException.unusable(
                "%s: expected %s or %s, found %s. Put the model's safetensors files there."
                        .formatted(folder, FILE, INDEX, contents(folder)));
    }

    /**
     * The file behind a link, as a snapshot in the Hugging Face hub cache has them: the runtime
     * follows none out of a folder.
     */
    private static Path resolved(Path file) {
        try {
            return Files.isSymbolicLink(file) ? file.toRealPath() : file;
        } catch (IOException e) {
            // A link that leads nowhere: opening it says so.
            return file;
        }
    }

    /** The tensor called {@code name}, one of {@link LlamaWeights}. */
    public StoredTensor weight(String name) {
        StoredTensor weight = weights.get(name);
        if (weight == null) {
            throw new IllegalArgumentException(name + " is not a weight of this model");
        }
        return weight;
    }

    /** All weights, by name, in the order of the forward pass. */
    public SequencedMap<String, StoredTensor> weights() {
        return weights;
    }

    /** Folder in which all its files lie. */
    public Path folder() {
        return weights.firstEntry().getValue().file().toAbsolutePath().getParent();
    }

    /** The files that hold the weights, by name; nothing else that lies in the folder. */
    public List<Path> files() {
        return weights.values().stream().map(StoredTensor::file).distinct().sorted().toList();
    }

    /** Type of every weight. */
    public ElementType type() {
        return weights.firstEntry().getValue().type();
    }

    /** Bytes of all weights together. */
    public long bytes() {
        return weights.values().stream().mapToLong(StoredTensor::bytes).sum();
    }

    /**
     * The seed from which {@link SyntheticCheckpoint} made the weights; empty for those of a model
     * that somebody trained.
     */
    public OptionalLong seed() {
        return seed;
    }

    private static SequencedMap<String, StoredTensor> collect(
            LlamaConfig config, Function<String, SafetensorsFile> fileOf) {
        var weights = new LinkedHashMap<String, StoredTensor>();
        for (Map.Entry<String, List<Long>> wanted : LlamaWeights.shapes(config).entrySet()) {
            StoredTensor weight = fileOf.apply(wanted.getKey()).tensor(wanted.getKey());
            if (!weight.shape().equals(wanted.getValue())) {
                throw mismatch(
                        weight,
                        "shape " + wanted.getValue() + " as config.json has it",
                        InputException.quote(weight.shape().toString()));
            }
            weights.put(wanted.getKey(), weight);
        }
        requireOneType(weights);
        return weights;
    }

    private static void requireOneType(SequencedMap<String, StoredTensor> weights) {
        StoredTensor first = weights.firstEntry().getValue();
        if (!WEIGHT_TYPES.contains(first.type())) {
            throw mismatch(first, "one of " + WEIGHT_TYPES, first.type().toString());
        }
        for (StoredTensor weight : weights.values()) {
            if (weight.type() != first.type()) {
                throw mismatch(
                        weight,
                        first.type() + " as " + first.name() + " has it",
                        weight.type().toString());
            }
        }
    }

    private static InputException mismatch(StoredTensor weight, String expected, String found) {
        return InputException.unusable(
                ("%s: tensor %s: expected %s, found %s. Use a checkpoint and a config.json that"
                                + " belong together.")
                        .formatted(weight.file(), weight.name(), expected, found));
    }

    private static String contents(Path folder) {
        List<String> names;
        try (Stream<Path> files = Files.list(folder)) {
            names = files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            return "no readable folder";
        }
        String named =
                names.stream()
                        .limit(FILES_NAMED)
                        .map(InputException::quote)
                        .collect(Collectors.joining(", "));
        if (names.size() > FILES_NAMED) {
            return named + " and " + (names.size() - FILES_NAMED) + " more";
        }
        return names.isEmpty() ? "an empty folder" : named;
    }
}
