package kvbench.ort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Which tensors a session reads and writes when it runs. What is bound stays bound until something
 * else is. Close before the session.
 */
public final class IoBinding extends NativeObject {
    private final Arena arena = Arena.ofShared();

    private IoBinding(long address) {
        super(address, OrtApi::releaseIoBinding);
    }

    public static IoBinding of(OrtSession session) {
        return new IoBinding(create(out -> OrtApi.createIoBinding(session.address(), out)));
    }

    /** The place of one input or output. */
    public final class Port {
        private final MemorySegment name;
        private final boolean input;

        private Port(String name, boolean input) {
            address();
            this.name = arena.allocateFrom(name);
            this.input = input;
        }

        /** Binds {@code tensor} here, instead of what was bound before. */
        public void bind(OrtTensor tensor) {
            if (input) {
                OrtApi.bindInput(address(), name.address(), tensor.value());
            } else {
                OrtApi.bindOutput(address(), name.address(), tensor.value());
            }
        }
    }

    /**
     * The port of an input; whether the session has one of that name is told by {@link Port#bind}.
     */
    public Port input(String name) {
        return new Port(name, true);
    }

    /**
     * The port of an output; whether the session has one of that name is told by {@link Port#bind}.
     */
    public Port output(String name) {
        return new Port(name, false);
    }

    @Override
    public void close() {
        super.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
