package kvbench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.reference.TinyFolder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * ONNX Runtime looks at the whole command line where its telemetry is on, and dies of long ones.
 */
class LongCommandLineTest {
    @Test
    void survivesACommandLineOfManyThousandCharacters(@TempDir Path temporary)
            throws IOException, InterruptedException {
        Path model = TinyFolder.write(temporary.resolve("tiny"), 512);
        Path output = temporary.resolve("output");
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dlong=" + "x".repeat(50_000),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "kvbench.Main",
                        "generate",
                        "--model",
                        model.toString(),
                        "--prompt",
                        "hello",
                        "--max-new-tokens",
                        "1");
        // The variable that the suite sets is inherited, and so is one that continuous integration
        // sets to the same effect.
        builder.environment().remove("ORT_DISABLE_TELEMETRY");
        builder.environment().remove("CI");
        Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertEquals(0, process.waitFor(), () -> read(output));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
