package kvbench.text;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of stories260K, a trained Llama with a SentencePiece-like tokenizer.
 *
 * <p>They lie beside the checkout, not in it: {@code -Dkvbench.shared=FOLDER} says where.
 */
final class Stories {
    private static final Path FOLDER =
            Path.of(System.getProperty("kvbench.shared", "../shared"), "models", "stories260K");

    private Stories() {}

    /** A file of the model; where it is not there, the test that asks is skipped. */
    static Path file(String name) {
        Path file = FOLDER.resolve(name);
        assumeTrue(
                Files.isRegularFile(file),
                () -> file + " is not there; -Dkvbench.shared=FOLDER says where to look");
        return file;
    }
}
