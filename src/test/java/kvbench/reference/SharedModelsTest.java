package kvbench.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class SharedModelsTest {
    @TempDir Path shared;

    @Test
    void findsAModelUnderTheSharedFolder() throws IOException {
        Path model = Files.createDirectories(shared.resolve("models").resolve("tiny"));

        assertEquals(model, SharedModels.folder(shared, "tiny"));
    }

    @Test
    void aMissingModelSkipsTheTestAndSaysWhy() {
        assertEquals(
                "Test skipped: it needs the model tiny, and "
                        + shared.resolve("models/tiny")
                        + " is not a folder. Name the folder that holds models/tiny with"
                        + " -Dkvbench.shared=FOLDER.",
                assertThrows(TestAbortedException.class, () -> SharedModels.folder(shared, "tiny"))
                        .getMessage());
    }
}
