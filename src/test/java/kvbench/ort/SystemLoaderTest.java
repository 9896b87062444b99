package kvbench.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

class SystemLoaderTest {
    private final SystemLoader loader = new SystemLoader();

    @TempDir Path folder;

    @EnabledOnOs(value = OS.LINUX, disabledReason = "its loader, and what it has mapped")
    @Test
    void aLibraryThatTheLoaderFindsTellsItsFile() {
        Path file = loader.load("libm.so.6").orElseThrow();
        assertTrue(Files.isRegularFile(file), file::toString);
        assertTrue(file.getFileName().toString().startsWith("libm"), file::toString);
    }

    @Test
    void aNameThatTheLoaderDoesNotKnowIsEmpty() {
        assertEquals(Optional.empty(), loader.load("libnonesuch.so.12"));
    }

    @Test
    void aFileIsLoadedOrRefused() {
        assertTrue(loader.load(OrtLibrary.get().path()));
        assertFalse(loader.load(folder.resolve("none.so")));
    }
}
