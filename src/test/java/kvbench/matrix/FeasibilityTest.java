package kvbench.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.engine.SomeFacts;
import kvbench.plan.Warnings;
import kvbench.reference.TinyFolder;
import kvbench.results.VetoedArm;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/**
 * What no memory holds is left out. A token of the tiny model takes 128 bytes of cache; what else
 * it takes privately are a rotation table of 512 x 16 floats, 512 x 3 longs and 2048 floats: 53,248
 * bytes.
 */
class FeasibilityTest {
    private static final int PROCESSORS = 2;
    private static final long PRIVATE_BYTES = 53_248;

    @TempDir Path temporary;

    private Path model;

    @BeforeEach
    void writeModel() {
        model = TinyFolder.write(temporary.resolve("tiny"), 512);
    }

    @Test
    void leavesOutACapacityThatNoMemoryHolds() {
        String reason =
                "1,000,000 slots of cache (1 layers x 2 (K, V) x 1 KV heads x 16 head dim x 4"
                        + " bytes) and 53,248 private bytes of the model are 128,053,248 bytes,"
                        + " more than the %s bytes of memory that this process may use: choose a"
                        + " smaller capacity";
        String cell = "DecodeStep -p depth=8 -p capacity=1000000 -p strategy=static";
        assertEquals(List.of(), reasons(128_053_248, cell));
        assertEquals(List.of(reason.formatted("128,053,247")), reasons(128_053_247, cell));
    }

    @Test
    void countsPastAndPresentOfAGrowingCache() {
        // The last step has 258 tokens before it and 259 after.
        String cell = "Generation -p promptTokens=200 -p tokenBudget=60 -p strategy=dynamic";
        long needed = 517 * 128 + PRIVATE_BYTES;
        assertEquals(List.of(), reasons(needed, cell));
        assertEquals(
                List.of(
                        "517 slots of cache (1 layers x 2 (K, V) x 1 KV heads x 16 head dim x 4"
                                + " bytes) and 53,248 private bytes of the model are 119,424 bytes,"
                                + " more than the 119,423 bytes of memory that this process may"
                                + " use: choose fewer tokens"),
                reasons(needed - 1, cell));
    }

    @Test
    void leavesOutAModelThatIsTooLargeWithoutACache() {
        assertEquals(
                List.of(
                        "0 slots of cache (1 layers x 2 (K, V) x 1 KV heads x 16 head dim x 4"
                                + " bytes) and 53,248 private bytes of the model are 53,248 bytes,"
                                + " more than the 53,247 bytes of memory that this process may"
                                + " use: choose a smaller model"),
                reasons(PRIVATE_BYTES - 1, "Prefill -p promptTokens=8 -p strategy=none"));
    }

    @Test
    void leavesOutWhatIsReadOfMoreMemoryThanThereIs() {
        assertEquals(
                List.of(
                        "2,097,152 bytes to read are more than the 2,000,000 bytes of memory that"
                                + " this process may use: choose fewer"),
                matrix(2_000_000, "ReadBandwidth -p bytes=2097152").vetoed().stream()
                        .map(VetoedArm::reason)
                        .toList());
    }

    @Test
    void leavesOutCopiesInAGpuWhereThereIsNone() {
        assertEquals(
                List.of(
                        "it copies in the memory of a GPU, and cuda is not usable, "
                                + SomeFacts.cpuOnly().readiness().first().orElseThrow().words()),
                matrix(Long.MAX_VALUE, "DeviceBandwidth -p bytes=2097152").vetoed().stream()
                        .map(VetoedArm::reason)
                        .toList());
    }

    @Test
    void warnsOfMoreThreadsThanProcessors() {
        Matrix matrix = matrix(Long.MAX_VALUE, "ReadBandwidth -p threads=1,2,3");
        assertEquals(
                List.of(
                        "threads=3: this process may use 2 processors, which its threads will"
                                + " share"),
                Warnings.of(matrix, machine(Long.MAX_VALUE)));
    }

    @Test
    void warnsOfWeightsThatMemoryHasNoRoomFor() {
        String cell = "Prefill -p promptTokens=8 -p strategy=none -p threads=1 -p model=" + model;
        Matrix matrix = matrix(200_000, cell);
        // Beside the private bytes 8 tokens' activations, 368 floats each, and the arena's list.
        long activations = 8 * 368 * 4;
        long beside = PRIVATE_BYTES + activations + activations / 32;
        long weights = matrix.demands().values().iterator().next().memory().mappedBytes();
        assertEquals(List.of(), Warnings.of(matrix, machine(weights + beside)));
        assertEquals(
                List.of(
                        "model tiny: its weights, %,d bytes mapped from their file, and the %,d bytes that an arm takes beside them are more than the %,d bytes of memory that this process may use: steps will wait for the disk"
                                .formatted(weights, beside, weights + beside - 1)),
                Warnings.of(matrix, machine(weights + beside - 1)));
    }

    /** What no GPU is asked for it does without. */
    private static Machine machine(long memoryBytes) {
        return new Machine(memoryBytes, PROCESSORS, SomeFacts.cpuOnly().readiness());
    }

    private List<String> reasons(long memoryBytes, String cell) {
        return matrix(memoryBytes, cell + " -p threads=1 -p model=" + model).vetoed().stream()
                .map(VetoedArm::reason)
                .toList();
    }

    private static Matrix matrix(long memoryBytes, String line) {
        return Matrix.of(JmhOptions.of(List.of(line.split(" "))), machine(memoryBytes));
    }
}
