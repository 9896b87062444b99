package kvbench.onnx;

import kvbench.checkpoint.Checkpoint;
import kvbench.model.InputException;
import kvbench.model.LlamaConfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Makes a checkpoint's graph. The weights are not copied: the graph's initializers say where in the
 * checkpoint's files they lie, so exporting takes as long as writing the rotation's tables.
 */
public final class GraphExporter {
    private GraphExporter() {}

    /**
     * The graph as a serialised {@code ModelProto}, its external data relative to the checkpoint's
     * folder.
     */
    public static byte[] export(LlamaConfig config, Checkpoint checkpoint, GraphForm form) {
        return new LlamaGraph(config, checkpoint, form).build();
    }

    /**
     * The graph that other clients can run, as {@link #export(LlamaConfig, Checkpoint, GraphForm)}.
     */
    public static byte[] export(LlamaConfig config, Checkpoint checkpoint, CacheInterface cache) {
        return export(config, checkpoint, GraphForm.exported(cache));
    }

    /**
     * Writes the graph beside the weights that it points into, and answers the file.
     *
     * @throws InputException if the checkpoint's folder cannot be written
     */
    public static Path write(LlamaConfig config, Checkpoint checkpoint, CacheInterface cache) {
        Path file = checkpoint.folder().resolve(cache.fileName());
        Path partial = checkpoint.folder().resolve(cache.fileName() + ".part");
        try {
            try {
                Files.write(partial, export(config, checkpoint, cache));
                return Files.move(
                        partial,
                        file,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected to write the graph there, found that it cannot be written (%s). External data must lie beside the graph: copy the model to a folder of yours."
                            .formatted(file, e),
                    e);
        }
    }
}
