package kvbench.reference;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import kvbench.model.ElementType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Writes a test's own model in the layout of Hugging Face, by nothing but the format's rules. */
public final class ModelFiles {
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private ModelFiles() {}

    /** Makes {@code folder} a model of {@code shape} with {@code weights} rounded to a type. */
    public static void write(
            Path folder, LlamaShapes shape, Function<String, float[]> weights, ElementType type) {
        writeConfig(folder, shape.configJson());
        writeWeights(folder.resolve(WEIGHTS), RandomWeights.shapes(shape.config()), weights, type);
    }

    /** As {@link #write}, with every second tensor in a second file, and an index. */
    public static void writeShards(
            Path folder, LlamaShapes shape, Function<String, float[]> weights, ElementType type) {
        writeConfig(folder, shape.configJson());
        var index = new ObjectMapper().createObjectNode();
        ObjectNode map = index.putObject("weight_map");
        List<String> names = List.copyOf(RandomWeights.shapes(shape.config()).keySet());
        for (int shard = 0; shard < 2; shard++) {
            String file = "model-0000%d-of-00002.safetensors".formatted(shard + 1);
            Map<String, List<Integer>> shapes = RandomWeights.shapes(shape.config());
            for (int i = 0; i < names.size(); i++) {
                if (i % 2 == shard) {
                    map.put(names.get(i), file);
                } else {
                    shapes.remove(names.get(i));
                }
            }
            writeWeights(folder.resolve(file), shapes, weights, type);
        }
        write(folder.resolve(INDEX), index.toString().getBytes(StandardCharsets.UTF_8));
    }

    public static void writeConfig(Path folder, String json) {
        write(folder.resolve(CONFIG), json.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a safetensors file of the tensors in {@code shapes}, their elements rounded. */
    public static void writeWeights(
            Path file,
            Map<String, List<Integer>> shapes,
            Function<String, float[]> weights,
            ElementType type) {
        byte[] header = header(shapes, type);
        long elements = shapes.values().stream().mapToLong(ModelFiles::elements).sum();
        ByteBuffer bytes =
                ByteBuffer.allocate(header.length + Math.toIntExact(elements * type.bytes()))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(header);
        for (String name : shapes.keySet()) {
            for (float element : weights.apply(name)) {
                switch (type) {
                    case FLOAT32 -> bytes.putFloat(element);
                    case FLOAT16 -> bytes.putShort(Float.floatToFloat16(element));
                    case BFLOAT16 -> bytes.putShort(toBfloat16(element));
                    default -> throw new IllegalArgumentException(type.toString());
                }
            }
        }
        write(file, bytes.array());
    }

    /** The length field and the JSON header of a file with the tensors in {@code shapes}. */
    public static byte[] header(Map<String, List<Integer>> shapes, ElementType type) {
        var root = new ObjectMapper().createObjectNode();
        long offset = 0;
        for (Map.Entry<String, List<Integer>> tensor : shapes.entrySet()) {
            long end = offset + elements(tensor.getValue()) * type.bytes();
            ObjectNode entry = root.putObject(tensor.getKey());
            entry.put("dtype", type.safetensorsName());
            tensor.getValue().forEach(entry.putArray("shape")::add);
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + json.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    /** What a reader of a file of {@code type} gets for each of {@code weights}. */
    public static Function<String, float[]> rounded(
            Function<String, float[]> weights, ElementType type) {
        return name -> {
            float[] elements = weights.apply(name).clone();
            for (int i = 0; i < elements.length; i++) {
                elements[i] =
                        switch (type) {
                            case FLOAT32 -> elements[i];
                            case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16(elements[i]));
                            case BFLOAT16 ->
                                    Float.intBitsToFloat(toBfloat16(elements[i]) << Short.SIZE);
                            default -> throw new IllegalArgumentException(type.toString());
                        };
            }
            return elements;
        };
    }

    /** The upper half of a float32, rounded to nearest, ties to even. */
    private static short toBfloat16(float element) {
        int bits = Float.floatToIntBits(element);
        int tieToEven = bits >>> Short.SIZE & 1;
        return (short) (bits + 0x7fff + tieToEven >>> Short.SIZE);
    }

    private static long elements(List<Integer> shape) {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
