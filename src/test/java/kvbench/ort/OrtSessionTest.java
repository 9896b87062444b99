package kvbench.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.memory.ProcessMemory;
import kvbench.model.ElementType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class OrtSessionTest {
    private static final int FAIL = 1;
    private static final int INVALID_ARGUMENT = 2;
    private static final int INVALID_PROTOBUF = 7;
    private static final int INVALID_GRAPH = 10;

    private final OrtEnvironment environment = OrtEnvironment.open();
    private final MemoryPlace cpu = MemoryPlace.cpu();
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
        cpu.close();
        environment.close();
    }

    // ---- What a graph declares ----

    @Test
    void declaresInputsAndOutputsAsTheGraphDoes() {
        byte[] graph =
                new SmallGraph()
                        .input("ids", ElementType.INT64, "batch", 3)
                        .input("scalar", ElementType.INT64)
                        .input("scores", ElementType.FLOAT32, 2, "tokens", 4)
                        .node("Add", "sum", "ids", "scalar")
                        .node("Identity", "same", "scores")
                        .output("same", ElementType.FLOAT32, 2, "tokens", 4)
                        .output("sum", ElementType.INT64, "batch", 3)
                        .bytes();

        try (OrtSession session = session(graph)) {
            assertEquals(
                    List.of(
                            new TensorInfo("ids", 7, List.of(-1L, 3L)),
                            new TensorInfo("scalar", 7, List.of()),
                            new TensorInfo("scores", 1, List.of(2L, -1L, 4L))),
                    session.inputs());
            assertEquals(
                    List.of(
                            new TensorInfo("same", 1, List.of(2L, -1L, 4L)),
                            new TensorInfo("sum", 7, List.of(-1L, 3L))),
                    session.outputs());
        }
    }

    @Test
    void saysOfASequenceThatItIsNoTensor() {
        byte[] graph =
                new SmallGraph()
                        .sequenceInput("parts")
                        .node("SequenceLength", "count", "parts")
                        .output("count", ElementType.INT64)
                        .bytes();

        try (OrtSession session = session(graph)) {
            assertEquals(
                    List.of(new TensorInfo("parts", TensorInfo.NO_TENSOR, List.of())),
                    session.inputs());
        }
    }

    // ---- Runs ----

    @Test
    void readsAndWritesJavasMemoryInPlace() {
        MemorySegment a = floats(1, 2, 3);
        MemorySegment b = floats(10, 20, 30);
        MemorySegment sum = floats(0, 0, 0);
        try (OrtSession session = session(SmallGraph.addition());
                IoBinding binding = IoBinding.of(session);
                OrtTensor first = OrtTensor.over(a, cpu, ElementType.FLOAT32, 3);
                OrtTensor second = OrtTensor.over(b, cpu, ElementType.FLOAT32, 3);
                OrtTensor result = OrtTensor.over(sum, cpu, ElementType.FLOAT32, 3)) {
            binding.input("a").bind(first);
            binding.input("b").bind(second);
            binding.output("sum").bind(result);

            session.run(binding);
            assertArrayEquals(new float[] {11, 22, 33}, values(sum));

            a.setAtIndex(ValueLayout.JAVA_FLOAT, 1, -20);
            session.run(binding);
            assertArrayEquals(new float[] {11, 0, 33}, values(sum));
        }
    }

    @Test
    void viewsTheSameTensorOverOtherMemoryWithAnotherLength() {
        MemorySegment numbers = floats(1, 2, 3, 4);
        MemorySegment sum = floats(9, 9, 9, 9);
        try (OrtSession session = session(SmallGraph.addition());
                IoBinding binding = IoBinding.of(session);
                OrtTensor input = new OrtTensor(ElementType.FLOAT32, 4);
                OrtTensor output = new OrtTensor(ElementType.FLOAT32, 4)) {
            IoBinding.Port a = binding.input("a");
            IoBinding.Port b = binding.input("b");
            IoBinding.Port result = binding.output("sum");

            input.setDimension(0, 2);
            assertEquals(2, input.dimension(0));
            assertEquals(8, input.bytes());
            input.view(cpu, numbers.address() + Float.BYTES);
            output.setDimension(0, 2);
            output.view(cpu, sum.address());
            a.bind(input);
            b.bind(input);
            result.bind(output);
            session.run(binding);

            assertArrayEquals(new float[] {4, 6, 9, 9}, values(sum));
        }
    }

    @Test
    void rebindingOnePortLeavesTheOthersBound() {
        MemorySegment sum = floats(0);
        try (OrtSession session = session(SmallGraph.addition());
                IoBinding binding = IoBinding.of(session);
                OrtTensor one = OrtTensor.over(floats(1), cpu, ElementType.FLOAT32, 1);
                OrtTensor ten = OrtTensor.over(floats(10), cpu, ElementType.FLOAT32, 1);
                OrtTensor hundred = OrtTensor.over(floats(100), cpu, ElementType.FLOAT32, 1);
                OrtTensor result = OrtTensor.over(sum, cpu, ElementType.FLOAT32, 1)) {
            binding.input("a").bind(one);
            binding.input("b").bind(ten);
            binding.output("sum").bind(result);
            session.run(binding);
            assertArrayEquals(new float[] {11}, values(sum));

            binding.input("a").bind(hundred);
            session.run(binding);
            assertArrayEquals(new float[] {110}, values(sum));
        }
    }

    @Test
    void aFailedRunNamesTheOperatorAndLeavesWhatWasBound() {
        MemorySegment sum = floats(0, 0);
        try (OrtSession session = session(SmallGraph.addition());
                IoBinding binding = IoBinding.of(session);
                OrtTensor two = OrtTensor.over(floats(1, 2), cpu, ElementType.FLOAT32, 2);
                OrtTensor three = OrtTensor.over(floats(1, 2, 3), cpu, ElementType.FLOAT32, 3);
                OrtTensor result = OrtTensor.over(sum, cpu, ElementType.FLOAT32, 2)) {
            binding.input("a").bind(two);
            binding.input("b").bind(three);
            binding.output("sum").bind(result);

            OrtException failure = assertThrows(OrtException.class, () -> session.run(binding));
            assertFailure(failure, "RunWithBinding", FAIL, "running Add node");

            binding.input("b").bind(two);
            session.run(binding);
            assertArrayEquals(new float[] {2, 4}, values(sum));
        }
    }

    @Test
    void refusesAnInputThatTheGraphHasNot() {
        try (OrtSession session = session(SmallGraph.addition());
                IoBinding binding = IoBinding.of(session);
                OrtTensor tensor = OrtTensor.over(floats(1), cpu, ElementType.FLOAT32, 1)) {
            IoBinding.Port port = binding.input("c");

            OrtException failure = assertThrows(OrtException.class, () -> port.bind(tensor));
            assertFailure(failure, "BindInput", FAIL, "c");
        }
    }

    @Test
    void refusesANegativeDimensionAndThenLiesOverNothing() {
        MemorySegment data = floats(1);
        try (OrtTensor tensor = OrtTensor.over(data, cpu, ElementType.FLOAT32, 1)) {
            tensor.setDimension(0, -1);

            OrtException failure =
                    assertThrows(OrtException.class, () -> tensor.view(cpu, data.address()));
            assertFailure(failure, "CreateTensorWithDataAsOrtValue", INVALID_ARGUMENT, "negative");
            assertMessage(
                    "the tensor lies over no memory",
                    assertThrows(IllegalStateException.class, tensor::value));
        }
    }

    @Test
    void refusesMemoryThatIsTooSmallForTheShape() {
        assertMessage(
                "expected at least 24 bytes for a tensor [2, 3], found 20",
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                OrtTensor.over(
                                        floats(1, 2, 3, 4, 5), cpu, ElementType.FLOAT32, 2, 3)));
    }

    // ---- Graphs that cannot be loaded ----

    @Test
    void refusesBytesThatAreNoGraph() {
        OrtException failure =
                assertThrows(OrtException.class, () -> session("no model".getBytes()));
        assertFailure(
                failure, "CreateSessionFromArray", INVALID_PROTOBUF, "protobuf parsing failed");
    }

    @Test
    void refusesAnOperatorThatThereIsNot() {
        OrtException failure =
                assertThrows(OrtException.class, () -> session(withOperator("Frobnicate")));
        assertFailure(failure, "CreateSessionFromArray", INVALID_GRAPH, "Frobnicate");
    }

    @Test
    void tellsAnErrorsTextWhole() {
        String operator = "F".repeat(200_000);
        OrtException failure =
                assertThrows(OrtException.class, () -> session(withOperator(operator)));
        assertFailure(failure, "CreateSessionFromArray", INVALID_GRAPH, operator);
    }

    // ---- Options ----

    @Test
    void cudaOnALibraryWithoutItIsAnErrorThatSaysSo() {
        Assumptions.assumeFalse(
                OrtEnvironment.availableProviders().contains("CUDAExecutionProvider"));
        try (SessionOptions options = SessionOptions.create()) {
            OrtException failure =
                    assertThrows(
                            OrtException.class,
                            () ->
                                    options.cudaOn(
                                            0,
                                            0,
                                            Map.of("arena_extend_strategy", "kSameAsRequested")));
            assertFailure(
                    failure,
                    "CreateCUDAProviderOptions",
                    FAIL,
                    "CUDA execution provider is not enabled in this build");
        }
    }

    @Test
    void withoutPrepackingWeightsAreMappedAndNotCopied(@TempDir Path folder)
            throws IOException, InterruptedException {
        Assumptions.assumeTrue(ProcessMemory.now().privateBytes() > 0, "only Linux tells");
        int side = 4096;
        double weightBytes = (double) side * side * Float.BYTES;
        try (var file = new RandomAccessFile(folder.resolve("weights").toFile(), "rw")) {
            file.setLength((long) weightBytes);
        }
        byte[] graph =
                new SmallGraph()
                        .input("x", ElementType.FLOAT32, "n", side)
                        .external("w", "weights", side, side)
                        .node("MatMul", "y", "x", "w")
                        .output("y", ElementType.FLOAT32, "n", side)
                        .bytes();

        Files.write(folder.resolve("graph"), graph);

        double mapped = privateBytesOfSession(folder, "1");
        double copied = privateBytesOfSession(folder, "0");

        assertTrue(mapped < weightBytes / 4, "mapped: " + mapped);
        assertTrue(copied > weightBytes * 3 / 4, "copied: " + copied);
    }

    private static double privateBytesOfSession(Path folder, String disablePrepacking)
            throws IOException, InterruptedException {
        return Double.parseDouble(
                OtherJvm.run(
                                Loading.class,
                                "-D" + Loading.FOLDER + "=" + folder,
                                "-D" + Loading.DISABLE_PREPACKING + "=" + disablePrepacking,
                                "-Xms64m",
                                "-Xmx64m",
                                "-XX:+AlwaysPreTouch")
                        .getLast());
    }

    /** Loads a graph in a process whose heap neither grows nor shrinks. */
    static final class Loading {
        static final String FOLDER = "kvbench.test.folder";
        static final String DISABLE_PREPACKING = "kvbench.test.disablePrepacking";

        private Loading() {}

        public static void main(String[] args) throws IOException {
            Path folder = Path.of(System.getProperty(FOLDER));
            byte[] graph = Files.readAllBytes(folder.resolve("graph"));
            try (OrtEnvironment environment = OrtEnvironment.open();
                    SessionOptions options = SessionOptions.create()) {
                options.config("session.disable_prepacking", System.getProperty(DISABLE_PREPACKING))
                        .config(
                                "session.model_external_initializers_file_folder_path",
                                folder.toString());
                double before = ProcessMemory.now().privateBytes();
                try (OrtSession session = OrtSession.create(environment, graph, options)) {
                    assertEquals(1, session.inputs().size());
                    System.out.println(ProcessMemory.now().privateBytes() - before);
                }
            }
        }
    }

    // ---- Closing ----

    @Test
    void closingTwiceIsHarmlessAndUseAfterwardsIsAnIllegalState() {
        MemorySegment data = floats(1);
        OrtSession session = session(SmallGraph.addition());
        IoBinding binding = IoBinding.of(session);
        IoBinding.Port port = binding.input("a");
        OrtAllocator allocator = OrtAllocator.of(session, cpu);
        OrtTensor tensor = OrtTensor.over(data, cpu, ElementType.FLOAT32, 1);
        var scalar = new OrtTensor(ElementType.FLOAT32);
        SessionOptions options = SessionOptions.create();
        MemoryPlace place = MemoryPlace.cpu();
        OrtEnvironment own = OrtEnvironment.open();
        List<AutoCloseable> all =
                List.of(scalar, tensor, binding, allocator, session, options, place, own);
        for (int times = 0; times < 2; times++) {
            for (AutoCloseable object : all) {
                assertCloses(object);
            }
        }

        assertClosed("OrtTensor is closed", () -> tensor.view(cpu, data.address()));
        assertClosed("OrtTensor is closed", () -> scalar.view(cpu, data.address()));
        assertClosed("the tensor lies over no memory", tensor::value);
        assertClosed("IoBinding is closed", () -> port.bind(tensor));
        assertClosed("IoBinding is closed", () -> binding.output("sum"));
        assertClosed("OrtAllocator is closed", () -> allocator.allocate(1));
        assertClosed("OrtAllocator is closed", allocator::statistics);
        assertClosed("OrtSession is closed", () -> session.run(binding));
        assertClosed("OrtSession is closed", session::inputs);
        assertClosed("OrtSession is closed", () -> IoBinding.of(session));
        assertClosed("SessionOptions is closed", () -> options.threads(1));
        assertClosed(
                "MemoryPlace is closed", () -> OrtTensor.over(data, place, ElementType.FLOAT32, 1));
        assertClosed(
                "OrtEnvironment is closed",
                () -> OrtSession.create(own, SmallGraph.addition(), options));
    }

    private static void assertCloses(AutoCloseable object) {
        try {
            object.close();
        } catch (Exception e) {
            throw new AssertionError(object + " could not be closed", e);
        }
    }

    private static void assertClosed(
            String message, org.junit.jupiter.api.function.Executable use) {
        assertMessage(message, assertThrows(IllegalStateException.class, use));
    }

    private static void assertMessage(String message, Exception thrown) {
        assertEquals(message, thrown.getMessage());
    }

    private static void assertFailure(OrtException e, String function, int code, String text) {
        String beginning = "ONNX Runtime's " + function + " failed (code " + code + "): ";
        assertTrue(e.getMessage().startsWith(beginning), e.getMessage());
        assertTrue(e.getMessage().substring(beginning.length()).contains(text), e.getMessage());
        assertEquals(function, e.function());
        assertEquals(code, e.code());
    }

    private OrtSession session(byte[] graph) {
        try (SessionOptions options = SessionOptions.create()) {
            return OrtSession.create(environment, graph, options.threads(1));
        }
    }

    private static byte[] withOperator(String operator) {
        return new SmallGraph()
                .input("x", ElementType.FLOAT32, "n")
                .node(operator, "y", "x")
                .output("y", ElementType.FLOAT32, "n")
                .bytes();
    }

    private MemorySegment floats(float... values) {
        return arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
    }

    private static float[] values(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_FLOAT);
    }
}
