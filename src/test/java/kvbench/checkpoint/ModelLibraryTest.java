package kvbench.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.checkpoint.KnownModel.Weights;
import kvbench.model.InputException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

class ModelLibraryTest {
    private static final long TINY_BYTES = SyntheticCheckpoint.bytes(TestFiles.TINY);

    @TempDir Path folder;

    private Path models() {
        return folder.resolve("models");
    }

    private ModelLibrary library() {
        return new ModelLibrary(models());
    }

    private Path tiny(String name) {
        Path model = models().resolve(name);
        TestFiles.write(model.resolve("config.json"), TestFiles.TINY_CONFIG);
        return model;
    }

    private Path seeded(String name, String seed) {
        Path model = tiny(name);
        TestFiles.write(model.resolve("seed.json"), seed);
        return model;
    }

    @Test
    void bundlesEveryModelOfTheRepository() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("models"))) {
            assertEquals(
                    BundledModels.NAMES,
                    folders.filter(Files::isDirectory)
                            .map(model -> model.getFileName().toString())
                            .sorted()
                            .toList());
        }
    }

    @Test
    void findsAFolderByItsPath() {
        Path model = tiny("mine");
        ModelFolder found = new ModelLibrary(folder.resolve("none")).find(model.toString());
        assertEquals(model, found.path());
        assertEquals("mine", found.name());
        assertEquals(TestFiles.TINY, found.config());
        assertEquals(OptionalLong.empty(), found.seed());
    }

    @Test
    void findsAFolderOfTheLibraryByItsName() {
        Path model = seeded("mine", "{\"seed\": 9}");
        ModelFolder found = library().find("mine");
        assertEquals(model, found.path());
        assertEquals(OptionalLong.of(9), found.seed());
    }

    @Test
    void laysOutABundledModelOnFirstUse() throws IOException {
        ModelFolder found = library().find("llama-3.2-1b-shape");
        assertEquals(models().resolve("llama-3.2-1b-shape"), found.path());
        assertEquals(1_235_814_400L, found.config().parameters());
        assertEquals(OptionalLong.of(1), found.seed());
        for (String file : List.of("config.json", "seed.json")) {
            assertEquals(
                    Files.readString(Path.of("models", "llama-3.2-1b-shape", file)),
                    Files.readString(found.path().resolve(file)));
        }
    }

    @Test
    void doesNotOverwriteABundledModelThatTheUserChanged() {
        tiny("random-llama-7m");
        assertEquals(TestFiles.TINY, library().find("random-llama-7m").config());
    }

    @ParameterizedTest
    @ValueSource(strings = {"absent", "../models", "", ".", "a/b", "a\0b"})
    void refusesWhatIsNeitherANameNorAFolder(String asked) {
        tiny("mine");
        var complaint = assertThrows(InputException.class, () -> library().find(asked));
        assertEquals(
                "model "
                        + asked.replace('\0', ' ')
                        + ": expected one of llama-3.2-1b-shape, mine, random-llama-7m or a folder"
                        + " that holds config.json, found neither. Name one, or give the path of a"
                        + " Hugging Face folder (models directory: "
                        + models()
                        + ").",
                complaint.getMessage());
        assertTrue(complaint.isWrongUse());
    }

    @Test
    void makesSeededWeightsOnFirstUse() throws IOException {
        Path model = seeded("mine", "{\"seed\": 9}");
        ModelFolder found = library().find("mine");
        assertFalse(found.hasWeights());
        Checkpoint checkpoint = found.checkpoint(Progress.SILENT);
        assertEquals(OptionalLong.of(9), checkpoint.seed());
        assertTrue(found.hasWeights());
        var written = Files.getLastModifiedTime(model.resolve("model.safetensors"));
        found.checkpoint(
                (done, total) -> {
                    throw new AssertionError("made again");
                });
        assertEquals(written, Files.getLastModifiedTime(model.resolve("model.safetensors")));
    }

    @Test
    void makesWeightsAgainAfterTheSeedChanged() {
        seeded("mine", "{\"seed\": 9}");
        library().find("mine").checkpoint(Progress.SILENT);
        seeded("mine", "{\"seed\": 10}");
        assertEquals(
                OptionalLong.of(10), library().find("mine").checkpoint(Progress.SILENT).seed());
    }

    @Test
    void usesWeightsThatSomebodyPutBesideASeed() {
        Path model = seeded("mine", "{\"seed\": 9}");
        TestFiles.zeros(
                model.resolve("model.safetensors"), LlamaWeights.shapes(TestFiles.TINY), "BF16", 2);
        assertEquals(
                OptionalLong.empty(), library().find("mine").checkpoint(Progress.SILENT).seed());
    }

    @Test
    void doesNotMakeLargeWeightsUnasked() {
        ModelFolder found = library().find("llama-3.2-1b-shape");
        assertFalse(found.makesWeights());
        TestFiles.assertUnusable(
                found.path()
                        + ": expected weights, found only a seed; made from it they take 4943257600"
                        + " bytes. Make them with: java -jar target/benchmarks.jar models make"
                        + " llama-3.2-1b-shape",
                () -> found.checkpoint(Progress.SILENT));
    }

    @Test
    void refusesToMakeWeightsWithoutASeed() {
        Path model = tiny("mine");
        TestFiles.assertUnusable(
                model
                        + ": expected seed.json with a seed, found none: the weights of this model"
                        + " cannot be made. Put its safetensors files there.",
                () -> library().find("mine").make(Progress.SILENT));
    }

    @Test
    void namesTheTokenizerOfTheFolderItself() {
        Path model = seeded("mine", "{\"seed\": 1, \"tokenizer\": \"other\"}");
        TestFiles.write(model.resolve("tokenizer.json"), "{}");
        assertEquals(model.resolve("tokenizer.json"), library().find("mine").tokenizer());
    }

    @Test
    void borrowsTheTokenizerThatTheSeedNames() {
        seeded("mine", "{\"seed\": 1, \"tokenizer\": \"other\"}");
        Path tokenizer = TestFiles.write(tiny("other").resolve("tokenizer.json"), "{}");
        assertEquals(tokenizer, library().find("mine").tokenizer());
    }

    @Test
    void aTokenizerIsMissedOnlyWhenItIsAskedFor() {
        Path model = tiny("mine");
        ModelFolder found = library().find("mine");
        TestFiles.assertUnusable(
                model.resolve("tokenizer.json")
                        + ": expected the tokenizer of model mine, found none. Put the model's"
                        + " tokenizer.json there.",
                found::tokenizer);
    }

    @Test
    void refusesSeedsThatCannotBe() {
        var complaints =
                Map.of(
                        "{}", "\"seed\" to be a whole number of 64 bits, found none",
                        "{\"seed\": \"1\"}",
                                "\"seed\" to be a whole number of 64 bits, found \"1\"",
                        "{\"seed\": 9223372036854775808}",
                                "\"seed\" to be a whole number of 64 bits, found"
                                        + " 9223372036854775808",
                        "{\"seed\": 1, \"tokenizer\": \"../x\"}",
                                "\"tokenizer\" to name another model, found \"../x\"",
                        "[]", "a JSON object, found []");
        complaints.forEach(
                (json, complaint) -> {
                    Path model = seeded("mine", json);
                    TestFiles.assertUnusable(
                            model.resolve("seed.json")
                                    + ": expected "
                                    + complaint
                                    + ". Get the file again.",
                            () -> library().find("mine"));
                });
    }

    @Test
    void refusesAConfigThatIsNotText() {
        Path config = tiny("mine").resolve("config.json");
        TestFiles.write(config, new byte[] {'{', (byte) 0xFF, '}'});
        TestFiles.assertUnusable(
                config + ": expected text in UTF-8, found other bytes. Get the file again.",
                () -> library().find("mine"));
    }

    @Test
    void listsModelsWithoutWritingAnything() throws IOException {
        Path broken = tiny("broken");
        seeded("made", "{\"seed\": 9}");
        library().find("made").checkpoint(Progress.SILENT);
        seeded("small", "{\"seed\": 4}");
        TestFiles.write(models().resolve("no-model").resolve("notes.txt"), "");

        long parameters = TestFiles.TINY.parameters();
        List<KnownModel> known = library().known();
        assertEquals(
                List.of("broken", "llama-3.2-1b-shape", "made", "random-llama-7m", "small"),
                known.stream().map(KnownModel::name).toList());
        assertEquals(
                new KnownModel(
                        "broken",
                        broken,
                        OptionalLong.of(parameters),
                        Weights.ABSENT,
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        Optional.of(
                                broken
                                        + ": expected model.safetensors or"
                                        + " model.safetensors.index.json, found config.json. Put"
                                        + " the model's safetensors files there.")),
                known.get(0));
        assertEquals(
                fine(
                        "llama-3.2-1b-shape",
                        1_235_814_400L,
                        Weights.MADE_ON_DEMAND,
                        4_943_257_600L,
                        1),
                known.get(1));
        assertEquals(fine("made", parameters, Weights.ON_DISK, TINY_BYTES, 9), known.get(2));
        assertEquals(
                fine("small", parameters, Weights.MADE_ON_FIRST_USE, TINY_BYTES, 4), known.get(4));
        assertFalse(Files.exists(models().resolve("llama-3.2-1b-shape")));
    }

    @Test
    void listsTheBundledModelsWhereThereIsNoDirectory() {
        assertEquals(
                BundledModels.NAMES, library().known().stream().map(KnownModel::name).toList());
        assertFalse(Files.exists(models()));
    }

    @Test
    void aBrokenConfigDoesNotHideTheOtherModels() {
        Path config = TestFiles.write(models().resolve("broken").resolve("config.json"), "[]");
        KnownModel broken = library().known().getFirst();
        assertEquals(OptionalLong.empty(), broken.parameters());
        assertEquals(Weights.ABSENT, broken.weights());
        assertEquals(
                Optional.of(config + ": expected a JSON object, found []. Get the file again."),
                broken.problem());
    }

    @Test
    void theDirectoryIsThatOfThePropertyThenTheVariableThenHereThenTheCache() {
        Path here = folder.resolve("here");
        var properties = Map.of("kvbench.models", "/property", "user.home", "/home/me");
        var variables = Map.of("KVBENCH_MODELS", "/variable", "XDG_CACHE_HOME", "/cache");
        assertEquals(Path.of("/property"), directory(properties, variables, here));

        properties = Map.of("user.home", "/home/me");
        assertEquals(Path.of("/variable"), directory(properties, variables, here));

        variables = Map.of("KVBENCH_MODELS", " ", "XDG_CACHE_HOME", "/cache");
        assertEquals(Path.of("/cache/kvbench/models"), directory(properties, variables, here));
        assertEquals(folder, directory(properties, variables, folder));

        variables = Map.of("XDG_CACHE_HOME", "relative");
        assertEquals(
                Path.of("/home/me/.cache/kvbench/models"), directory(properties, variables, here));
        assertEquals(
                Path.of("/home/me/.cache/kvbench/models"), directory(properties, Map.of(), here));
    }

    /** models/README.md quotes what the configs say. */
    @Test
    void theReadmeQuotesTheBundledModels() throws IOException {
        String readme = Files.readString(Path.of("models", "README.md"));
        for (KnownModel model : library().known()) {
            String row = "| `%s` | %,d | ".formatted(model.name(), model.parameters().getAsLong());
            assertTrue(readme.contains(row), "expected " + row);
            String bytes = "(%,d bytes)".formatted(model.weightBytes().getAsLong());
            assertTrue(readme.contains(bytes), "expected " + bytes);
        }
    }

    private KnownModel fine(String name, long parameters, Weights weights, long bytes, long seed) {
        return new KnownModel(
                name,
                models().resolve(name),
                OptionalLong.of(parameters),
                weights,
                OptionalLong.of(bytes),
                OptionalLong.of(seed),
                Optional.empty());
    }

    private static Path directory(
            Map<String, String> properties, Map<String, String> variables, Path local) {
        return ModelLibrary.directory(properties::get, variables::get, local);
    }
}
