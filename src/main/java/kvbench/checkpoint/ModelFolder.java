package kvbench.checkpoint;

import kvbench.model.InputException;
import kvbench.model.LlamaConfig;
import kvbench.model.SuiteCommand;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A model on disk: a folder with {@value #CONFIG}, {@value #TOKENIZER} and either weights or
 * {@value #SEED}, from which they are made.
 */
public final class ModelFolder {
    /** The shape, in the layout of Hugging Face. */
    public static final String CONFIG = "config.json";

    public static final String TOKENIZER = "tokenizer.json";

    /** {@code {"seed": N, "tokenizer": "another model"}}, the second where it has none itself. */
    public static final String SEED = "seed.json";

    /** Weights up to this size are made without asking: it takes a second or two. */
    public static final long LARGEST_MADE_UNASKED = 256L << 20;

    private final String asked;
    private final Path path;
    private final LlamaConfig config;
    private final Optional<Seed> seed;
    private final Path tokenizer;

    ModelFolder(String asked, Path path, LlamaConfig config, Optional<Seed> seed, Path tokenizer) {
        this.asked = asked;
        this.path = path;
        this.config = config;
        this.seed = seed;
        this.tokenizer = tokenizer;
    }

    /**
     * The model in folder {@code nameOrPath}, or that of this name in the user's library.
     *
     * @throws InputException (wrong use) if there is none, listing those that are there
     * @see ModelLibrary#ofUser()
     */
    public static ModelFolder find(String nameOrPath) {
        return ModelLibrary.ofUser().find(nameOrPath);
    }

    /** The folder's own name. */
    public String name() {
        return path.toAbsolutePath().normalize().getFileName().toString();
    }

    public Path path() {
        return path;
    }

    public LlamaConfig config() {
        return config;
    }

    /** The seed that the folder gives for its weights; empty where they have to be there. */
    public OptionalLong seed() {
        return seed.map(given -> OptionalLong.of(given.value())).orElse(OptionalLong.empty());
    }

    /**
     * The model's {@value #TOKENIZER}, which may lie in the folder of another model.
     *
     * @throws InputException if there is none
     */
    public Path tokenizer() {
        if (!Files.isRegularFile(tokenizer)) {
            throw InputException.unusable(
                    "%s: expected the tokenizer of model %s, found none. Put the model's %s there."
                            .formatted(tokenizer, asked, TOKENIZER));
        }
        return tokenizer;
    }

    /** Whether nothing has to be made before the weights can be opened. */
    public boolean hasWeights() {
        return seed.isEmpty()
                || Files.exists(path.resolve(Checkpoint.INDEX))
                || isCurrent(seed.get(), path.resolve(Checkpoint.FILE));
    }

    /** Whether {@link #checkpoint} makes the weights first. */
    public boolean makesWeights() {
        return !hasWeights() && SyntheticCheckpoint.bytes(config) <= LARGEST_MADE_UNASKED;
    }

    /**
     * The weights, which are made first where they are seeded, missing and at most {@link
     * #LARGEST_MADE_UNASKED} bytes.
     *
     * @throws InputException if they are missing and larger, or broken, or cannot be written
     */
    public Checkpoint checkpoint(Progress progress) {
        if (!hasWeights()) {
            long bytes = SyntheticCheckpoint.bytes(config);
            if (bytes > LARGEST_MADE_UNASKED) {
                throw InputException.unusable(
                        ("%s: expected weights, found only a seed; made from it they take %d bytes."
                                        + " Make them with: %s")
                                .formatted(path, bytes, SuiteCommand.line("models make " + asked)));
            }
            make(progress);
        }
        return Checkpoint.open(path, config);
    }

    /**
     * Makes the weights from the seed, whatever their size; does nothing where they are there.
     *
     * @throws InputException if the model has no seed or the file cannot be written
     */
    public void make(Progress progress) {
        Seed given =
                seed.orElseThrow(
                        () ->
                                InputException.unusable(
                                        ("%s: expected %s with a seed, found none: the weights of"
                                             + " this model cannot be made. Put its safetensors"
                                             + " files there.")
                                                .formatted(path, SEED)));
        if (!hasWeights()) {
            SyntheticCheckpoint.write(
                    config, given.value(), path.resolve(Checkpoint.FILE), progress);
        }
    }

    /** Weights that somebody put there stay; those of another seed or shape are made anew. */
    private boolean isCurrent(Seed given, Path file) {
        return Files.exists(file)
                && (SyntheticCheckpoint.seedOf(SafetensorsFile.open(file)).isEmpty()
                        || SyntheticCheckpoint.isMade(config, given.value(), file));
    }
}
