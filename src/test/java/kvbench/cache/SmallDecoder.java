package kvbench.cache;

import kvbench.checkpoint.Checkpoint;
import kvbench.checkpoint.Progress;
import kvbench.checkpoint.SyntheticCheckpoint;
import kvbench.generate.Decoder;
import kvbench.model.ElementType;
import kvbench.model.KvGeometry;
import kvbench.model.LlamaConfig;
import kvbench.onnx.CacheInterface;
import kvbench.onnx.GraphExporter;
import kvbench.ort.MemoryPlace;
import kvbench.ort.OrtAllocator;
import kvbench.ort.OrtEnvironment;
import kvbench.ort.OrtSession;
import kvbench.ort.SessionOptions;
import kvbench.reference.LlamaShapes;
import kvbench.reference.ReferenceCheckpoint;
import kvbench.reference.ReferenceLlama;

import java.nio.file.Path;

/** A small seeded model that decodes, with the allocator that its caches use in view. */
final class SmallDecoder implements AutoCloseable {
    static final long SEED = 7;

    private static final LlamaConfig CONFIG = LlamaShapes.GROUPED.config();

    private final OrtEnvironment environment = OrtEnvironment.open();
    private final MemoryPlace place = MemoryPlace.cpu();
    private final OrtSession session;
    private final OrtAllocator allocator;
    private final Decoder decoder;
    private final ReferenceLlama reference;

    /** Makes the model in {@code folder}. */
    SmallDecoder(Path folder, CacheInterface graph) {
        Path file = folder.resolve(Checkpoint.FILE);
        SyntheticCheckpoint.write(CONFIG, SEED, file, Progress.SILENT);
        reference = new ReferenceLlama(CONFIG, new ReferenceCheckpoint(file));
        byte[] model = GraphExporter.export(CONFIG, Checkpoint.open(folder, CONFIG), graph);
        try (SessionOptions options = SessionOptions.create()) {
            options.threads(1)
                    .withoutMemoryPattern()
                    .config("session.disable_prepacking", "1")
                    .config(
                            "session.model_external_initializers_file_folder_path",
                            folder.toString());
            session = OrtSession.create(environment, model, options);
        }
        allocator = OrtAllocator.of(session, place);
        decoder = new Decoder(session, CONFIG, graph);
    }

    Decoder decoder() {
        return decoder;
    }

    OrtAllocator allocator() {
        return allocator;
    }

    KvGeometry geometry() {
        return CONFIG.kvGeometry(ElementType.FLOAT32);
    }

    /** Bytes that the allocator has handed out, as they were asked for. */
    long requestedBytes() {
        return allocator.statistics().get("RequestedInUse");
    }

    /** Bytes that the allocator has handed out, with its rounding. */
    long bytesInUse() {
        return allocator.statistics().get("InUse");
    }

    /** The most that it ever had handed out at once. */
    long mostBytesInUse() {
        return allocator.statistics().get("MaxInUse");
    }

    /** What the double-precision reference gives as scores after {@code tokens}. */
    double[] expectedLogits(int... tokens) {
        return reference.logits(tokens)[tokens.length - 1];
    }

    @Override
    public void close() {
        decoder.close();
        allocator.close();
        session.close();
        place.close();
        environment.close();
    }
}
