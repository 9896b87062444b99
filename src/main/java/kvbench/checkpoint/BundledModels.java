package kvbench.checkpoint;

import kvbench.model.InputException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** The models that travel inside the jar: configs, seeds and tokenizers, never weights. */
final class BundledModels {
    static final List<String> NAMES = List.of("llama-3.2-1b-shape", "random-llama-7m");

    /** The config comes last: a folder that holds it is complete. */
    private static final List<String> FILES =
            List.of(
                    ModelFolder.SEED,
                    ModelFolder.TOKENIZER,
                    "tokenizer_config.json",
                    ModelFolder.CONFIG);

    private BundledModels() {}

    /** Text of one file of a bundled model; empty where the jar has none. */
    static Optional<String> text(String name, String file) {
        return bytes(name, file).map(bytes -> InputFile.decode(bytes, name + "/" + file));
    }

    /** Copies the files of bundled model {@code name} to {@code folder}. */
    static void layOut(String name, Path folder) {
        try {
            Files.createDirectories(folder);
            for (String file : FILES) {
                Optional<byte[]> bytes = bytes(name, file);
                if (bytes.isPresent()) {
                    replace(folder.resolve(file), bytes.get());
                }
            }
        } catch (IOException e) {
            throw InputException.unusable(
                    ("%s: expected to write the files of model %s there, found an error (%s). Set"
                                    + " KVBENCH_MODELS to a folder that can be written.")
                            .formatted(folder, name, e),
                    e);
        }
    }

    /** Another process may read the folder or lay it out too: a file is there whole or not. */
    private static void replace(Path file, byte[] bytes) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
        Files.write(part, bytes);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Optional<byte[]> bytes(String name, String file) {
        String resource = "/kvbench/models/" + name + "/" + file;
        try (InputStream in = BundledModels.class.getResourceAsStream(resource)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected this file in the jar, found an error (%s). Build the jar again."
                            .formatted(resource, e),
                    e);
        }
    }
}
