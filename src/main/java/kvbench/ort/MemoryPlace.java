package kvbench.ort;

/** Where tensor data lies, as ONNX Runtime names it ({@code OrtMemoryInfo}). */
public final class MemoryPlace extends NativeObject {
    /** ONNX Runtime's names of places. */
    static final String CPU = "Cpu";

    static final String CUDA = "Cuda";

    private static final int DEVICE_ALLOCATOR = 0;
    private static final int DEFAULT_MEMORY = 0;

    private final String name;

    private MemoryPlace(String name, int device) {
        super(
                create(
                        (texts, out) ->
                                OrtApi.createMemoryInfo(
                                        texts[0], DEVICE_ALLOCATOR, device, DEFAULT_MEMORY, out),
                        name),
                OrtApi::releaseMemoryInfo);
        this.name = name;
    }

    /** The process's own memory. */
    public static MemoryPlace cpu() {
        return new MemoryPlace(CPU, 0);
    }

    /** The memory of the NVIDIA GPU with this number. */
    public static MemoryPlace cuda(int device) {
        return new MemoryPlace(CUDA, device);
    }

    /** Whether the processor reads and writes it. */
    public boolean isHost() {
        return name.equals(CPU);
    }

    @Override
    public String toString() {
        return name;
    }
}
