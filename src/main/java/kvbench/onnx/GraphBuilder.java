package kvbench.onnx;

import kvbench.checkpoint.StoredTensor;
import kvbench.model.ElementType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Puts an ONNX graph together, node by node; a value is known by the name that its node's output
 * has.
 *
 * <p>Field numbers are those of {@code onnx.proto}, each named beside its use.
 */
final class GraphBuilder {
    /** Operators of ONNX itself. */
    static final String STANDARD = "";

    /** Operators that ONNX Runtime adds. */
    static final String MICROSOFT = "com.microsoft";

    private static final int STANDARD_OPSET = 21;
    private static final int MICROSOFT_OPSET = 1;
    private static final int IR_VERSION = 10;

    private static final int EXTERNAL = 1;
    private static final int FLOAT_ATTRIBUTE = 1;
    private static final int INT_ATTRIBUTE = 2;
    private static final int STRING_ATTRIBUTE = 3;

    private final ProtoWriter graph = new ProtoWriter(); // GraphProto

    GraphBuilder(String name) {
        graph.text(2, name);
    }

    /** An attribute of a node, ready to be written. */
    record Attribute(ProtoWriter message) {}

    /** Declares an input; an axis is a number, or a name where its length is free. */
    void input(String name, ElementType type, List<Object> axes) {
        graph.message(11, valueInfo(name, type, axes));
    }

    /** Declares the value {@code name} as an output. */
    void output(String name, ElementType type, List<Object> axes) {
        graph.message(12, valueInfo(name, type, axes));
    }

    /** A weight that stays where it is: the graph holds its file and offset only. */
    String external(StoredTensor stored) {
        ProtoWriter tensor = tensor(stored.name(), stored.type());
        stored.shape().forEach(length -> tensor.number(1, length)); // dims
        tensor.message(
                13, entry("location", stored.file().getFileName().toString())); // external_data
        tensor.message(13, entry("offset", Long.toString(stored.offset())));
        tensor.message(13, entry("length", Long.toString(stored.bytes())));
        tensor.number(14, EXTERNAL); // data_location
        graph.message(5, tensor); // initializer
        return stored.name();
    }

    /** A constant matrix of {@code type}, row by row. */
    String matrix(String name, ElementType type, float[] values, int rows) {
        ProtoWriter tensor = tensor(name, type);
        tensor.number(1, rows).number(1, values.length / rows); // dims
        tensor.bytes(9, bytes(type, values)); // raw_data
        graph.message(5, tensor); // initializer
        return name;
    }

    /** A constant number of {@code type}. */
    String number(String name, ElementType type, float value) {
        ProtoWriter tensor = tensor(name, type);
        tensor.bytes(9, bytes(type, value)); // raw_data
        graph.message(5, tensor); // initializer
        return name;
    }

    /** A constant list of whole numbers. */
    String vector(String name, long... values) {
        graph.message(5, integers(name, values).number(1, values.length)); // initializer, dims
        return name;
    }

    /** A constant whole number. */
    String scalar(String name, long value) {
        graph.message(5, integers(name, value)); // initializer
        return name;
    }

    /** Adds a node of one output, and answers that output's name, which is also the node's. */
    String node(
            String domain,
            String operator,
            String name,
            List<String> inputs,
            Attribute... attributes) {
        return node(domain, operator, inputs, List.of(name), attributes);
    }

    /**
     * Adds a node named after its first output, and answers that name. Inputs and outputs left out
     * are "".
     */
    String node(
            String domain,
            String operator,
            List<String> inputs,
            List<String> outputs,
            Attribute... attributes) {
        var node = new ProtoWriter(); // NodeProto
        inputs.forEach(input -> node.text(1, input));
        outputs.forEach(output -> node.text(2, output));
        node.text(3, outputs.getFirst()); // name
        node.text(4, operator); // op_type
        for (Attribute attribute : attributes) {
            node.message(5, attribute.message());
        }
        node.text(7, domain);
        graph.message(1, node);
        return outputs.getFirst();
    }

    /** The same numbers in another type. */
    String cast(String name, String value, ElementType type) {
        return node(STANDARD, "Cast", name, List.of(value), attribute("to", type.onnxNumber()));
    }

    static Attribute attribute(String name, long value) {
        return new Attribute(
                new ProtoWriter()
                        .text(1, name)
                        .number(3, value)
                        .number(20, INT_ATTRIBUTE)); // i, type
    }

    static Attribute attribute(String name, float value) {
        return new Attribute(
                new ProtoWriter()
                        .text(1, name)
                        .number(2, value)
                        .number(20, FLOAT_ATTRIBUTE)); // f, type
    }

    static Attribute attribute(String name, String value) {
        return new Attribute(
                new ProtoWriter()
                        .text(1, name)
                        .text(4, value)
                        .number(20, STRING_ATTRIBUTE)); // s, type
    }

    /** The graph as a serialised {@code ModelProto}. */
    byte[] build() {
        return new ProtoWriter()
                .number(1, IR_VERSION) // ir_version
                .text(2, "kvbench") // producer_name
                .message(7, graph)
                .message(8, opset(STANDARD, STANDARD_OPSET)) // opset_import
                .message(8, opset(MICROSOFT, MICROSOFT_OPSET))
                .toBytes();
    }

    private static byte[] bytes(ElementType type, float... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            if (type == ElementType.FLOAT32) {
                bytes.putFloat(value);
            } else {
                bytes.putShort(type.toHalf(value));
            }
        }
        return bytes.array();
    }

    private static ProtoWriter opset(String domain, int version) {
        return new ProtoWriter().text(1, domain).number(2, version);
    }

    private static ProtoWriter entry(String key, String value) {
        return new ProtoWriter().text(1, key).text(2, value);
    }

    private static ProtoWriter tensor(String name, ElementType type) {
        return new ProtoWriter().text(8, name).number(2, type.onnxNumber()); // data_type
    }

    private static ProtoWriter integers(String name, long... values) {
        ProtoWriter tensor = tensor(name, ElementType.INT64);
        for (long value : values) {
            tensor.number(7, value); // int64_data
        }
        return tensor;
    }

    private static ProtoWriter valueInfo(String name, ElementType type, List<Object> axes) {
        var shape = new ProtoWriter();
        for (Object axis : axes) {
            var dimension = new ProtoWriter();
            switch (axis) {
                case Integer length -> dimension.number(1, length); // dim_value
                default -> dimension.text(2, axis.toString()); // dim_param
            }
            shape.message(1, dimension);
        }
        var tensorType =
                new ProtoWriter()
                        .number(1, type.onnxNumber())
                        .message(2, shape); // elem_type, shape
        return new ProtoWriter()
                .text(1, name)
                .message(2, new ProtoWriter().message(1, tensorType)); // type, tensor_type
    }
}
