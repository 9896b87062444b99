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
