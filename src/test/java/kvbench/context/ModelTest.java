package kvbench.context;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.model.ElementType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class ModelTest {
    @TempDir Path parent;

    @Test
    void aFolderGivesTheHashOfItsConfigAndTheBytesOfAllShards() throws IOException {
        Path folder = Files.createDirectory(parent.resolve("tiny"));
        Files.writeString(folder.resolve("config.json"), "abc");
        Files.write(folder.resolve("model-00001-of-00002.safetensors"), new byte[30]);
        Files.write(folder.resolve("model-00002-of-00002.safetensors"), new byte[12]);
        Files.write(folder.resolve("tokenizer.json"), new byte[7]);
        Model model = model(folder);
        assertEquals("tiny", model.folder());
        assertEquals(42, model.weightBytes());
        // FIPS 180-2, appendix B.1: the hash of "abc"
        assertEquals(
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                model.configSha256());
    }

    @Test
    void aFolderWithoutThemSaysSo() {
        Model model = model(parent.resolve("missing"));
        assertEquals("missing", model.folder());
        assertEquals("unknown: config.json could not be read", model.configSha256());
        assertEquals(Double.NaN, model.weightBytes());
    }

    private static Model model(Path folder) {
        return Model.inFolder("t", folder, 1, ElementType.FLOAT32, new Model.AsFound());
    }
}
