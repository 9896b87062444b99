package kvbench.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * The type of a tensor's elements, with its name in safetensors and its number in ONNX.
 *
 * <p>Sources: the safetensors format ({@code dtype}) and ONNX's {@code TensorProto.DataType}, whose
 * numbers equal those of ONNX Runtime's {@code ONNXTensorElementDataType} for the types listed
 * here.
 */
public enum ElementType {
    FLOAT32("F32", 1, 4),
    UINT8("U8", 2, 1),
    INT8("I8", 3, 1),
    INT32("I32", 6, 4),
    INT64("I64", 7, 8),
    FLOAT16("F16", 10, 2),
    BFLOAT16("BF16", 16, 2);

    private final String safetensorsName;
    private final int onnxNumber;
    private final int bytes;

    ElementType(String safetensorsName, int onnxNumber, int bytes) {
        this.safetensorsName = safetensorsName;
        this.onnxNumber = onnxNumber;
        this.bytes = bytes;
    }

    public String safetensorsName() {
        return safetensorsName;
    }

    public int onnxNumber() {
        return onnxNumber;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /**
     * The bits of {@code value} in this type, which has 16 of them; rounded to the nearest, ties to
     * even.
     *
     * @throws IllegalStateException if this type has not 16 bits
     */
    public short toHalf(float value) {
        return switch (this) {
            case FLOAT16 -> Float.floatToFloat16(value);
            case BFLOAT16 -> toBfloat16(value);
            default -> throw notHalf();
        };
    }

    /**
     * The number whose bits in this type, which has 16 of them, are {@code half}.
     *
     * @throws IllegalStateException if this type has not 16 bits
     */
    public float ofHalf(short half) {
        return switch (this) {
            case FLOAT16 -> Float.float16ToFloat(half);
            case BFLOAT16 -> Float.intBitsToFloat(half << Short.SIZE);
            default -> throw notHalf();
        };
    }

    /** The upper half of a float's bits, rounded by the lower; what is not a number stays so. */
    private static short toBfloat16(float value) {
        int bits = Float.floatToIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> Short.SIZE);
        }
        int justBelowHalf = (1 << (Short.SIZE - 1)) - 1;
        int odd = bits >>> Short.SIZE & 1;
        return (short) (bits + justBelowHalf + odd >>> Short.SIZE);
    }

    private IllegalStateException notHalf() {
        return new IllegalStateException(
                "expected a type of 16 bits that is no whole number, found " + this);
    }

    /** The type that safetensors calls {@code name}, or empty where this suite does not know it. */
    public static Optional<ElementType> ofSafetensors(String name) {
        return Arrays.stream(values())
                .filter(type -> type.safetensorsName.equals(name))
                .findFirst();
    }

    /** The type with ONNX's {@code number}, or empty where this suite does not know it. */
    public static Optional<ElementType> ofOnnx(int number) {
        return Arrays.stream(values()).filter(type -> type.onnxNumber == number).findFirst();
    }
}
