package kvbench.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Optional;

class NativesFolderTest {
    @Test
    void liesBesideTheClasses() {
        assertEquals(
                Optional.of(Path.of("target", "natives").toAbsolutePath()),
                NativesFolder.beside(NativesFolder.class));
    }

    @Test
    void liesBesideTheJarOfAClass() {
        Path folder = NativesFolder.beside(Test.class).orElseThrow();

        assertEquals("natives", folder.getFileName().toString());
        assertEquals("junit-jupiter-api", folder.getParent().getParent().getFileName().toString());
    }

    @Test
    void javasOwnClassesHaveNone() {
        assertEquals(Optional.empty(), NativesFolder.beside(String.class));
    }
}
