package kvbench.ort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongConsumer;

/** One object of ONNX Runtime: its address until it is closed, and how it is released. */
abstract class NativeObject implements AutoCloseable {
    private final LongConsumer release;
    private long address;

    NativeObject(long address, LongConsumer release) {
        this.address = address;
        this.release = release;
    }

    /**
     * Calls a function that makes an object and answers its address through a pointer.
     *
     * @throws OrtLibraryException if there is no library to call
     */
    static long create(LongConsumer function) {
        OrtLibrary.get();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
            function.accept(out.address());
            return out.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /** As {@link #create}, for a function that takes texts besides. */
    static long create(CreateWithTexts function, String... texts) {
        OrtLibrary.get();
        try (Arena arena = Arena.ofConfined()) {
            var addresses = new long[texts.length];
            for (int i = 0; i < texts.length; i++) {
                addresses[i] = arena.allocateFrom(texts[i]).address();
            }
            MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
            function.accept(addresses, out.address());
            return out.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /** A native function that takes the addresses of C strings and of the result. */
    @FunctionalInterface
    interface CreateWithTexts {
        void accept(long[] texts, long out);
    }

    final long address() {
        if (address == OrtApi.NULL) {
            throw new IllegalStateException(getClass().getSimpleName() + " is closed");
        }
        return address;
    }

    @Override
    public void close() {
        if (address != OrtApi.NULL) {
            long released = address;
            address = OrtApi.NULL;
            release.accept(released);
        }
    }
}
