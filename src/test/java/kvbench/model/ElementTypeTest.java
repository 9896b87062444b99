package kvbench.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.Optional;

class ElementTypeTest {
    @Test
    void carriesTheNumbersOfOnnxAndTheNamesOfSafetensors() {
        assertEquals(Optional.of(ElementType.FLOAT32), ElementType.ofOnnx(1));
        assertEquals(Optional.of(ElementType.INT32), ElementType.ofOnnx(6));
        assertEquals(Optional.of(ElementType.INT64), ElementType.ofOnnx(7));
        assertEquals(Optional.of(ElementType.FLOAT16), ElementType.ofOnnx(10));
        assertEquals(Optional.of(ElementType.BFLOAT16), ElementType.ofOnnx(16));
        assertEquals(Optional.of(ElementType.FLOAT32), ElementType.ofSafetensors("F32"));
        assertEquals(Optional.of(ElementType.INT32), ElementType.ofSafetensors("I32"));
        assertEquals(Optional.of(ElementType.INT64), ElementType.ofSafetensors("I64"));
        assertEquals(Optional.of(ElementType.FLOAT16), ElementType.ofSafetensors("F16"));
        assertEquals(Optional.of(ElementType.BFLOAT16), ElementType.ofSafetensors("BF16"));
    }

    @Test
    void knowsNoOtherTypes() {
        assertEquals(Optional.empty(), ElementType.ofOnnx(0));
        assertEquals(Optional.empty(), ElementType.ofSafetensors("F8_E4M3"));
        assertEquals(Optional.empty(), ElementType.ofSafetensors("f32"));
    }

    @Test
    void hasTheWidthOfItsName() {
        for (ElementType type : ElementType.values()) {
            assertEquals(type.name().replaceAll("\\D", ""), "" + 8 * type.bytes());
        }
    }
}
