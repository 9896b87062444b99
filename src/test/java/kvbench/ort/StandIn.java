package kvbench.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds libraries that only have headers; a machine without a C compiler skips what needs them.
 */
final class StandIn {
    private StandIn() {}

    /** An empty library of that file name and own name, which needs the others. */
    static Path library(Path folder, String file, String name, String... needed)
            throws IOException, InterruptedException {
        Path library = folder.resolve(file);
        var command =
                new ArrayList<>(
                        List.of(
                                "cc",
                                "-shared",
                                "-fPIC",
                                "-nostdlib",
                                "-Wl,--no-as-needed",
                                "-Wl,-soname," + name,
                                "-o",
                                library.toString(),
                                "-x",
                                "c",
                                "/dev/null",
                                "-x",
                                "none"));
        command.addAll(List.of(needed));
        Process compiler;
        try {
            compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "no C compiler (cc) here, and so no library to read");
            throw e;
        }
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, compiler.waitFor(), said);
        return library;
    }
}
