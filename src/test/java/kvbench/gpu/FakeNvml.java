package kvbench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Builds the NVML of {@code fake_nvml.c}; a machine without a C compiler skips what needs it. */
public final class FakeNvml {
    private static final String SOURCE = "fake_nvml.c";

    private FakeNvml() {}

    /**
     * A library in {@code folder}.
     *
     * @param variants macros of the source
     */
    public static Path build(Path folder, String... variants)
            throws IOException, InterruptedException {
        Path source = folder.resolve(SOURCE);
        try (InputStream text = FakeNvml.class.getResourceAsStream("/kvbench/gpu/" + SOURCE)) {
            Files.write(source, text.readAllBytes());
        }
        Path library = folder.resolve("libfake" + String.join("", variants) + ".so");
        var command = new ArrayList<>(List.of("cc", "-shared", "-fPIC", "-Wall", "-Werror"));
        for (String variant : variants) {
            command.add("-D" + variant);
        }
        command.addAll(List.of("-o", library.toString(), source.toString()));
        Process compiler;
        try {
            compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "no C compiler (cc) here, and so no NVML to try");
            throw e;
        }
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, compiler.waitFor(), said);
        return library;
    }
}
