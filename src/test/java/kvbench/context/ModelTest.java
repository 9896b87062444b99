package kvbench.context;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.model.ElementType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class ModelTest {
    /** FIPS 180-2, appendix B.1: the hash of "abc". */
    private static final String ABC =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir Path parent;

    @Test
    void aFolderGivesTheHashesOfItsConfigAndItsTokenizer() throws IOException {
        Path folder = Files.createDirectory(parent.resolve("tiny"));
        Files.writeString(folder.resolve("config.json"), "abc");
        Files.writeString(parent.resolve("tokenizer.json"), "");
        Model model = model(folder);
        assertEquals("tiny", model.folder());
        assertEquals(ABC, model.configSha256());
        // FIPS 180-2: the hash of nothing
        assertEquals(
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                model.tokenizerSha256());
    }

    @Test
    void theBytesOfAllFilesOfWeightsAreAddedUp() {
        assertEquals(42, model(parent).weightBytes());
    }

    @Test
    void aFolderWithoutThemSaysSo() {
        Model model = model(parent.resolve("missing"));
        assertEquals("missing", model.folder());
        assertEquals("unknown: config.json could not be read", model.configSha256());
        assertEquals("unknown: tokenizer.json could not be read", model.tokenizerSha256());
    }

    @Test
    void aFileWithoutAHashSaysWhy() {
        assertEquals(
                new Model.WeightFile("a", 1, "unknown: too slow", "not"),
                Model.WeightFile.unhashed("a", 1, "too slow"));
    }

    private Model model(Path folder) {
        return Model.inFolder(
                "t",
                folder,
                parent.resolve("tokenizer.json"),
                1,
                ElementType.FLOAT32,
                new Model.AsFound(),
                List.of(
                        new Model.WeightFile("a", 30, "00", "read"),
                        new Model.WeightFile("b", 12, "11", "read")));
    }
}
