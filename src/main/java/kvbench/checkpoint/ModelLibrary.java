package kvbench.checkpoint;

import kvbench.checkpoint.KnownModel.Weights;
import kvbench.model.InputException;
import kvbench.model.LlamaConfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where models are found by name: the folders of one directory, and those bundled in the jar, which
 * are laid out there on first use.
 */
public final class ModelLibrary {
    /** System property that names the directory. */
    public static final String PROPERTY = "kvbench.models";

    /** Environment variable that names it where the property does not. */
    public static final String VARIABLE = "KVBENCH_MODELS";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private final Path directory;

    public ModelLibrary(Path directory) {
        this.directory = directory;
    }

    /**
     * The library of this user: the directory that system property {@value #PROPERTY} names, or
     * environment variable {@value #VARIABLE}, or {@code ./models} where that is there, or {@code
     * kvbench/models} in the user's cache ({@code XDG_CACHE_HOME}, else {@code ~/.cache}).
     */
    public static ModelLibrary ofUser() {
        return new ModelLibrary(directory(System::getProperty, System::getenv, Path.of("models")));
    }

    static Path directory(
            UnaryOperator<String> property, UnaryOperator<String> variable, Path local) {
        return given(property.apply(PROPERTY))
                .or(() -> given(variable.apply(VARIABLE)))
                .or(() -> Optional.of(local).filter(Files::isDirectory))
                .orElseGet(() -> cache(property, variable).resolve("kvbench").resolve("models"));
    }

    /**
     * The user's cache folder. A relative XDG_CACHE_HOME is to be ignored, as the XDG base
     * directory specification has it.
     */
    static Path cache(UnaryOperator<String> property, UnaryOperator<String> variable) {
        return given(variable.apply("XDG_CACHE_HOME"))
                .filter(Path::isAbsolute)
                .orElseGet(() -> Path.of(property.apply("user.home"), ".cache"));
    }

    private static Optional<Path> given(String value) {
        return value == null || value.isBlank() ? Optional.empty() : Optional.of(Path.of(value));
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    public Path directory() {
        return directory;
    }

    /**
     * The model in folder {@code nameOrPath}, or the model of this name in the library.
     *
     * @throws InputException (wrong use) if there is none, listing those that are there; or if its
     *     config or its seed cannot be read
     */
    public ModelFolder find(String nameOrPath) {
        return folderAt(nameOrPath)
                .or(() -> folderNamed(nameOrPath))
                .map(folder -> open(nameOrPath, folder))
                .orElseThrow(() -> unknown(nameOrPath));
    }

    /**
     * The model of the jar that is called {@code name}, laid out in this library whatever folders
     * of that name lie elsewhere.
     *
     * @throws InputException if the directory cannot be written
     */
    public ModelFolder bundled(String name) {
        Path folder = directory.resolve(name);
        BundledModels.layOut(name, folder);
        return open(name, folder);
    }

    /** The models of the library and of the jar by name; reads no weights and writes nothing. */
    public List<KnownModel> known() {
        return names().stream().map(this::describe).toList();
    }

    private List<String> names() {
        var names = new TreeSet<>(BundledModels.NAMES);
        if (Files.isDirectory(directory)) {
            try (Stream<Path> folders = Files.list(directory)) {
                folders.filter(ModelLibrary::isModel)
                        .map(folder -> folder.getFileName().toString())
                        .filter(ModelLibrary::isName)
                        .forEach(names::add);
            } catch (IOException e) {
                throw InputFile.unreadable(directory, e);
            }
        }
        return List.copyOf(names);
    }

    private static boolean isModel(Path folder) {
        return Files.isRegularFile(folder.resolve(ModelFolder.CONFIG));
    }

    private static Optional<Path> folderAt(String path) {
        try {
            return Optional.of(Path.of(path)).filter(ModelLibrary::isModel);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private Optional<Path> folderNamed(String name) {
        if (!isName(name)) {
            return Optional.empty();
        }
        Path folder = directory.resolve(name);
        if (!isModel(folder) && BundledModels.NAMES.contains(name)) {
            BundledModels.layOut(name, folder);
        }
        return Optional.of(folder).filter(ModelLibrary::isModel);
    }

    private ModelFolder open(String asked, Path folder) {
        Path config = folder.resolve(ModelFolder.CONFIG);
        Optional<Seed> seed = seedIn(folder);
        return new ModelFolder(
                asked,
                folder,
                LlamaConfig.parse(InputFile.text(config), config.toString()),
                seed,
                tokenizerOf(folder, seed));
    }

    private static Optional<Seed> seedIn(Path folder) {
        return Optional.of(folder.resolve(ModelFolder.SEED))
                .filter(Files::isRegularFile)
                .map(file -> Seed.parse(InputFile.text(file), file.toString()));
    }

    private Path tokenizerOf(Path folder, Optional<Seed> seed) {
        Path own = folder.resolve(ModelFolder.TOKENIZER);
        if (Files.isRegularFile(own)) {
            return own;
        }
        return seed.flatMap(Seed::tokenizer)
                .flatMap(this::folderNamed)
                .map(lender -> lender.resolve(ModelFolder.TOKENIZER))
                .orElse(own);
    }

    private InputException unknown(String nameOrPath) {
        return InputException.wrongUse(
                ("model %s: expected one of %s or a folder that holds %s, found neither. Name one,"
                     + " or give the path of a Hugging Face folder (models directory: %s).")
                        .formatted(
                                InputException.quote(nameOrPath),
                                String.join(", ", names()),
                                ModelFolder.CONFIG,
                                directory));
    }

    private KnownModel describe(String name) {
        Path folder = directory.resolve(name);
        Optional<LlamaConfig> config = Optional.empty();
        try {
            config = Optional.of(config(name, folder));
            return describe(name, folder, config.get());
        } catch (InputException e) {
            return new KnownModel(
                    name,
                    folder,
                    config.map(shape -> OptionalLong.of(shape.parameters()))
                            .orElse(OptionalLong.empty()),
                    Weights.ABSENT,
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    Optional.of(e.getMessage()));
        }
    }

    private static KnownModel describe(String name, Path folder, LlamaConfig config) {
        ModelFolder model =
                new ModelFolder(
                        name,
                        folder,
                        config,
                        seed(name, folder),
                        folder.resolve(ModelFolder.TOKENIZER));
        Weights weights = Weights.ON_DISK;
        long bytes;
        OptionalLong seed;
        if (model.hasWeights()) {
            Checkpoint checkpoint = Checkpoint.open(folder, config);
            bytes = checkpoint.bytes();
            seed = checkpoint.seed();
        } else {
            bytes = SyntheticCheckpoint.bytes(config);
            seed = model.seed();
            weights =
                    bytes <= ModelFolder.LARGEST_MADE_UNASKED
                            ? Weights.MADE_ON_FIRST_USE
                            : Weights.MADE_ON_DEMAND;
        }
        return new KnownModel(
                name,
                folder,
                OptionalLong.of(config.parameters()),
                weights,
                OptionalLong.of(bytes),
                seed,
                Optional.empty());
    }

    /** The config in the folder, or in the jar where the model has not been laid out yet. */
    private static LlamaConfig config(String name, Path folder) {
        Path file = folder.resolve(ModelFolder.CONFIG);
        String text =
                isModel(folder)
                        ? InputFile.text(file)
                        : BundledModels.text(name, ModelFolder.CONFIG).orElseThrow();
        return LlamaConfig.parse(text, file.toString());
    }

    private static Optional<Seed> seed(String name, Path folder) {
        return isModel(folder)
                ? seedIn(folder)
                : BundledModels.text(name, ModelFolder.SEED)
                        .map(text -> Seed.parse(text, name + "/" + ModelFolder.SEED));
    }
}
