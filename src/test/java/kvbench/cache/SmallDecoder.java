package kvbench.cache;

import kvbench.checkpoint.Checkpoint;
import kvbench.checkpoint.Progress;
import kvbench.checkpoint.SyntheticCheckpoint;
import kvbench.device.ArenaAllocation;
import kvbench.device.CudaDevice;
import kvbench.device.Device;
import kvbench.device.HostDevice;
import kvbench.device.Storage;
import kvbench.generate.Decoder;
import kvbench.generate.Running;
import kvbench.model.ElementType;
import kvbench.model.KvGeometry;
import kvbench.model.LlamaConfig;
import kvbench.onnx.Feeding;
import kvbench.onnx.GraphExporter;
import kvbench.onnx.GraphForm;
import kvbench.onnx.Sampling;
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
    private final Device device;
    private final OrtSession session;
    private final OrtAllocator allocator;
    private final Decoder decoder;
    private final ReferenceLlama reference;

    /**
     * Makes the model in {@code folder}, as a strategy is run that is to be had everywhere; one
     * that is replayed goes through all that it does on a GPU but the recording.
     */
    SmallDecoder(Path folder, CacheStrategy strategy) {
        this(folder, strategy, new HostDevice());
    }

    /** As {@link #SmallDecoder(Path, CacheStrategy)}, on a device that computes as CUDA does. */
    SmallDecoder(Path folder, CacheStrategy strategy, Device device) {
        this.device = device;
        GraphForm form =
                strategy.isReplayed() || device instanceof CudaDevice
                        ? new GraphForm(
                                strategy.graph(),
                                Feeding.LENGTHS,
                                Sampling.DEVICE,
                                ElementType.FLOAT32)
                        : GraphForm.exported(strategy.graph());
        Path file = folder.resolve(Checkpoint.FILE);
        SyntheticCheckpoint.write(CONFIG, SEED, file, Progress.SILENT);
        reference = new ReferenceLlama(CONFIG, new ReferenceCheckpoint(file));
        byte[] model = GraphExporter.export(CONFIG, Checkpoint.open(folder, CONFIG), form);
        try (SessionOptions options = SessionOptions.create()) {
            options.threads(1)
                    .withoutMemoryPattern()
                    .config("session.disable_prepacking", "1")
                    .config(
                            "session.model_external_initializers_file_folder_path",
                            folder.toString());
            session = OrtSession.create(environment, model, options);
        }
        allocator = OrtAllocator.of(session, device.place());
        decoder =
                new Decoder(
                        session,
                        device,
                        CONFIG,
                        form,
                        strategy.isReplayed() ? Running.REPLAYED : Running.PLAIN);
    }

    Decoder decoder() {
        return decoder;
    }

    /** The session's arena. */
    Storage storage() {
        return new Storage(device, new ArenaAllocation(allocator));
    }

    /** The device's own allocator. */
    Storage storageOfDevice() {
        return Storage.of(device);
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
        device.close();
        environment.close();
    }
}
