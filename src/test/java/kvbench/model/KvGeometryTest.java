package kvbench.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class KvGeometryTest {
    private static final KvGeometry LLAMA_32_1B = new KvGeometry(16, 8, 64, ElementType.FLOAT32);

    @Test
    void bytesPerTokenOfLlama32With1BAreThePublishedOnes() {
        assertEquals(65_536, LLAMA_32_1B.bytesPerToken());
        assertEquals(32_768, new KvGeometry(16, 8, 64, ElementType.FLOAT16).bytesPerToken());
        assertEquals(32_768, new KvGeometry(16, 8, 64, ElementType.BFLOAT16).bytesPerToken());
    }

    @Test
    void aTokenIsOneRowOfEachHeadInKeysAndValuesOfEachLayer() {
        assertEquals(2_048, LLAMA_32_1B.bytesPerTokenPerTensor());
        assertEquals(2 * 16 * 2_048, LLAMA_32_1B.bytesPerToken());
    }

    @Test
    void bytesGrowWithTheTokens() {
        assertEquals(0, LLAMA_32_1B.bytes(0));
        assertEquals(8_589_934_592L, LLAMA_32_1B.bytes(131_072));
    }

    @Test
    void bytesBeyondALongAreNotWrappedAround() {
        assertThrows(ArithmeticException.class, () -> LLAMA_32_1B.bytes(Long.MAX_VALUE));
    }

    @Test
    void shapeIsBatchHeadsSlotsWidth() {
        assertArrayEquals(new long[] {3, 8, 1000, 64}, LLAMA_32_1B.shape(3, 1000));
    }

    @Test
    void namesItsDimensionsForMessages() {
        assertEquals(
                "16 layers x 2 (K, V) x 8 KV heads x 64 head dim x 4 bytes",
                LLAMA_32_1B.toString());
    }
}
