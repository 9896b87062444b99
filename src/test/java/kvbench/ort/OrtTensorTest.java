package kvbench.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kvbench.model.ElementType;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;

class OrtTensorTest {
    /** The runtime would write to an offset that is no address. */
    @Test
    void memoryOfTheJavaHeapIsRefused() {
        MemorySegment heap = MemorySegment.ofArray(new float[4]);
        try (MemoryPlace cpu = MemoryPlace.cpu()) {
            assertEquals(
                    "expected native memory, found memory of the Java heap",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> OrtTensor.over(heap, cpu, ElementType.FLOAT32, 4))
                            .getMessage());
        }
    }
}
