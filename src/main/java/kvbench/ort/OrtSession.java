package kvbench.ort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** A graph, loaded and ready to run. */
public final class OrtSession extends NativeObject {

    private OrtSession(long address) {
        super(address, OrtApi::releaseSession);
    }

    /**
     * Loads a graph.
     *
     * @param model a serialised {@code ModelProto}; free again when this returns. Where its weights
     *     are external data, the options name their folder ({@code
     *     session.model_external_initializers_file_folder_path})
     * @throws OrtException if the graph is not valid, or an operator has no kernel for its types
     */
    public static OrtSession create(
            OrtEnvironment environment, byte[] model, SessionOptions options) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, model);
            return new OrtSession(
                    create(
                            out ->
                                    OrtApi.createSessionFromArray(
                                            environment.address(),
                                            bytes.address(),
                                            bytes.byteSize(),
                                            options.address(),
                                            out)));
        }
    }

    /** What the graph takes, in its order. */
    public List<TensorInfo> inputs() {
        return declared(true);
    }

    /** What the graph gives, in its order. */
    public List<TensorInfo> outputs() {
        return declared(false);
    }

    /**
     * Runs the graph once over what is bound, and waits for the result.
     *
     * @throws OrtException if an operator fails; what was bound stays bound
     */
    public void run(IoBinding binding) {
        OrtApi.runWithBinding(address(), OrtApi.NULL, binding.address());
    }

    /**
     * Runs the graph once over what is bound, as {@code options} say; they may say not to wait for
     * a device.
     *
     * @throws OrtException if an operator fails; what was bound stays bound
     */
    public void run(IoBinding binding, RunOptions options) {
        OrtApi.runWithBinding(address(), options.address(), binding.address());
    }

    private List<TensorInfo> declared(boolean inputs) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
            OrtApi.sessionGetCount(inputs, address(), out.address());
            long count = out.get(ValueLayout.JAVA_LONG, 0);
            var infos = new ArrayList<TensorInfo>();
            for (long i = 0; i < count; i++) {
                infos.add(declared(inputs, i, arena));
            }
            return infos;
        }
    }

    private TensorInfo declared(boolean inputs, long index, Arena arena) {
        long allocator = create(OrtApi::getDefaultAllocator);
        long name = create(out -> OrtApi.sessionGetName(inputs, address(), index, allocator, out));
        try {
            return declared(inputs, index, OrtApi.text(name), arena);
        } finally {
            OrtApi.allocatorFree(allocator, name);
        }
    }

    private TensorInfo declared(boolean inputs, long index, String name, Arena arena) {
        long typeInfo = create(out -> OrtApi.sessionGetTypeInfo(inputs, address(), index, out));
        try {
            long tensor = create(out -> OrtApi.castTypeInfoToTensorInfo(typeInfo, out));
            if (tensor == OrtApi.NULL) {
                return new TensorInfo(name, TensorInfo.NO_TENSOR, List.of());
            }
            MemorySegment type = arena.allocate(ValueLayout.JAVA_INT);
            OrtApi.getTensorElementType(tensor, type.address());
            int rank = (int) create(out -> OrtApi.getDimensionsCount(tensor, out));
            MemorySegment dimensions = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, rank));
            OrtApi.getDimensions(tensor, dimensions.address(), rank);
            var shape = new ArrayList<Long>();
            for (int axis = 0; axis < rank; axis++) {
                shape.add(dimensions.getAtIndex(ValueLayout.JAVA_LONG, axis));
            }
            return new TensorInfo(name, type.get(ValueLayout.JAVA_INT, 0), shape);
        } finally {
            OrtApi.releaseTypeInfo(typeInfo);
        }
    }
}
