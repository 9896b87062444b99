package kvbench.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.memory.ProcessMemory;
import kvbench.model.ElementType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.List;

/** What calls cost in memory: none on the Java heap, and nothing native that is not given back. */
class NativeMemoryTest {
    private static final long MIB = 1 << 20;
    private static final long PEBIBYTE = 1L << 50;
    private static final int WARM_UP = 20_000;
    private static final int RUNS = 1_000;
    private static final int CYCLES = 6_000;

    private final OrtEnvironment environment = OrtEnvironment.open();
    private final MemoryPlace cpu = MemoryPlace.cpu();
    private final OrtSession session = session();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment data = arena.allocate(ValueLayout.JAVA_FLOAT, 8);

    @AfterEach
    void close() {
        arena.close();
        session.close();
        cpu.close();
        environment.close();
    }

    private OrtSession session() {
        try (SessionOptions options = SessionOptions.create()) {
            return OrtSession.create(environment, SmallGraph.addition(), options.threads(1));
        }
    }

    @Test
    void allocatingAndFreeingMovesInUseByTheBytesAndBack() {
        try (OrtAllocator allocator = OrtAllocator.of(session, cpu)) {
            long before = inUse(allocator);
            long requested = allocator.statistics().get("RequestedInUse");
            long allocations = allocator.statistics().get("NumAllocs");

            long address = allocator.allocate(3 * MIB);
            assertTrue(address != OrtApi.NULL);
            assertTrue(inUse(allocator) >= before + 3 * MIB);
            assertEquals(requested + 3 * MIB, allocator.statistics().get("RequestedInUse"));
            assertEquals(allocations + 1, allocator.statistics().get("NumAllocs"));
            assertTrue(allocator.statistics().get("MaxInUse") >= before + 3 * MIB);

            allocator.free(address);
            assertEquals(before, inUse(allocator));
            assertEquals(requested, allocator.statistics().get("RequestedInUse"));
        }
    }

    @Test
    void memoryThatThereIsNotIsAnErrorAndTakesNothing() {
        try (OrtAllocator allocator = OrtAllocator.of(session, cpu)) {
            long before = inUse(allocator);

            OrtException failure =
                    assertThrows(OrtException.class, () -> allocator.allocate(PEBIBYTE));
            assertEquals("AllocatorAlloc", failure.function());
            assertTrue(
                    failure.getMessage().contains(Long.toString(PEBIBYTE)), failure.getMessage());
            assertEquals(before, inUse(allocator));
        }
    }

    @Test
    void refusesToAllocateNothing() {
        try (OrtAllocator allocator = OrtAllocator.of(session, cpu)) {
            assertEquals(
                    "expected to allocate at least 1 byte, found 0",
                    assertThrows(IllegalArgumentException.class, () -> allocator.allocate(0))
                            .getMessage());
        }
    }

    @Test
    void runsWithOtherLengthsAndBindingsAllocateNothingOnTheHeap() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (IoBinding binding = IoBinding.of(session);
                OrtAllocator allocator = OrtAllocator.of(session, cpu);
                OrtTensor input = new OrtTensor(ElementType.FLOAT32, 1);
                OrtTensor output = new OrtTensor(ElementType.FLOAT32, 1)) {
            var step =
                    new AddingStep(
                            allocator,
                            input,
                            output,
                            binding.input("a"),
                            binding.input("b"),
                            binding.output("sum"),
                            binding);
            step.run(WARM_UP);

            long start = threads.getCurrentThreadAllocatedBytes();
            long measuring = threads.getCurrentThreadAllocatedBytes() - start;
            start = threads.getCurrentThreadAllocatedBytes();
            step.run(RUNS);
            long allocated = threads.getCurrentThreadAllocatedBytes() - start - measuring;

            assertEquals(0, allocated, "bytes in " + RUNS + " runs");
        }
    }

    /** A run over tensors of another length each time, one of them over memory just allocated. */
    private final class AddingStep {
        private final OrtAllocator allocator;
        private final OrtTensor input;
        private final OrtTensor output;
        private final IoBinding.Port a;
        private final IoBinding.Port b;
        private final IoBinding.Port sum;
        private final IoBinding binding;

        AddingStep(
                OrtAllocator allocator,
                OrtTensor input,
                OrtTensor output,
                IoBinding.Port a,
                IoBinding.Port b,
                IoBinding.Port sum,
                IoBinding binding) {
            this.allocator = allocator;
            this.input = input;
            this.output = output;
            this.a = a;
            this.b = b;
            this.sum = sum;
            this.binding = binding;
        }

        void run(int times) {
            for (int i = 0; i < times; i++) {
                int length = 1 + i % 8;
                input.setDimension(0, length);
                input.view(cpu, data.address());
                long fresh = allocator.allocate((long) length * Float.BYTES);
                output.setDimension(0, length);
                output.view(cpu, fresh);
                a.bind(input);
                b.bind(input);
                sum.bind(output);
                session.run(binding);
                output.release();
                allocator.free(fresh);
            }
        }
    }

    @Test
    void nothingNativeIsLeftOfWhatWasMadeAndClosed() throws Exception {
        Assumptions.assumeTrue(ProcessMemory.now().privateBytes() > 0, "only Linux tells");

        List<String> output =
                OtherJvm.run(
                        MakeAndClose.class, "-Xmx32m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch");

        // A leak of 200 bytes in each cycle would be 1.1 MiB.
        double grown = Double.parseDouble(output.getLast());
        assertTrue(grown < MIB, "private memory grew by " + grown + " bytes");
    }

    /**
     * Prints by how many bytes the private memory grows; in a process whose heap is all touched
     * before, so that garbage does not count.
     */
    static final class MakeAndClose {
        private MakeAndClose() {}

        public static void main(String[] args) {
            try (Arena arena = Arena.ofConfined();
                    OrtEnvironment environment = OrtEnvironment.open();
                    SessionOptions options = SessionOptions.create();
                    OrtSession session =
                            OrtSession.create(
                                    environment, SmallGraph.addition(), options.threads(1))) {
                MemorySegment data = arena.allocate(ValueLayout.JAVA_FLOAT, 8);
                makeAndClose(session, data);
                double before = ProcessMemory.now().privateBytes();
                makeAndClose(session, data);
                System.out.println(ProcessMemory.now().privateBytes() - before);
            }
        }

        private static void makeAndClose(OrtSession session, MemorySegment data) {
            for (int i = 0; i < CYCLES; i++) {
                try (IoBinding binding = IoBinding.of(session);
                        MemoryPlace place = MemoryPlace.cpu();
                        OrtAllocator allocator = OrtAllocator.of(session, place);
                        SessionOptions options = SessionOptions.create();
                        OrtTensor tensor = OrtTensor.over(data, place, ElementType.FLOAT32, 8)) {
                    binding.input("a").bind(tensor);
                    options.config("session.disable_prepacking", "1");
                    allocator.free(allocator.allocate(64));
                    allocator.statistics();
                    session.inputs();
                    refuseANegativeDimension(tensor, place);
                }
            }
        }

        /**
         * A failure that the C API finds itself. Others (an input that a session has not, say) let
         * the process grow by some KiB each, though a heap profiler finds every allocation freed;
         * they would hide a leak of ours.
         */
        private static void refuseANegativeDimension(OrtTensor tensor, MemoryPlace place) {
            tensor.setDimension(0, -1);
            try {
                tensor.view(place, OrtApi.NULL);
            } catch (OrtException e) {
                return;
            }
            throw new IllegalStateException("a negative dimension was taken");
        }
    }

    private static long inUse(OrtAllocator allocator) {
        return allocator.statistics().get("InUse");
    }
}
