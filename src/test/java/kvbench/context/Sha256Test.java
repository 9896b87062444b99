package kvbench.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

class Sha256Test {
    @TempDir Path folder;

    @Test
    void aJarIsHashedByWhatItHoldsButItsManifest() throws IOException {
        Path jar = jar("one.jar", "25", "code");
        assertEquals(Sha256.ofJar(jar), Sha256.ofJar(jar("other.jar", "21", "code")));
        assertNotEquals(Sha256.ofJar(jar), Sha256.ofJar(jar("changed.jar", "25", "codf")));
        // As the folder of the same files.
        Path unpacked = Files.createDirectories(folder.resolve("unpacked/kvbench"));
        Files.writeString(unpacked.resolve("A.class"), "code");
        assertEquals(Sha256.ofFolder(unpacked.getParent()), Sha256.ofJar(jar));
    }

    @Test
    void whatIsNoJarCannotBeRead() throws IOException {
        Path file = Files.writeString(folder.resolve("no.jar"), "text");
        assertEquals("unknown: no.jar could not be read", Sha256.ofJar(file));
    }

    private Path jar(String name, String java, String code) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Build-Jdk-Spec", java);
        Path file = folder.resolve(name);
        try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            jar.putNextEntry(new JarEntry("kvbench/A.class"));
            jar.write(code.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }
}
