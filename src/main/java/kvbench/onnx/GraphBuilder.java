package kvbench.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

import com.google.protobuf.ByteString;

import kvbench.checkpoint.StoredTensor;
import kvbench.model.ElementType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Puts an ONNX graph together, node by node; a value is known by the name that its node's output
 * has.
 */
final class GraphBuilder {
    /** Operators of ONNX itself. */
    static final String STANDARD = "";

    /** Operators that ONNX Runtime adds. */
    static final String MICROSOFT = "com.microsoft";

    private static final int STANDARD_OPSET = 21;
    private static final int MICROSOFT_OPSET = 1;
    private static final int IR_VERSION = 10;

    private final GraphProto.Builder graph;

    GraphBuilder(String name) {
        graph = GraphProto.newBuilder().setName(name);
    }

    /** Declares an input; an axis is a number, or a name where its length is free. */
    void input(String name, ElementType type, List<Object> axes) {
        graph.addInput(valueInfo(name, type, axes));
    }

    /** Declares the value {@code name} as an output. */
    void output(String name, ElementType type, List<Object> axes) {
        graph.addOutput(valueInfo(name, type, axes));
    }

    /** A weight that stays where it is: the graph holds its file and offset only. */
    String external(StoredTensor tensor) {
        graph.addInitializer(
                TensorProto.newBuilder()
                        .setName(tensor.name())
                        .setDataType(tensor.type().onnxNumber())
                        .addAllDims(tensor.shape())
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(entry("location", tensor.file().getFileName().toString()))
                        .addExternalData(entry("offset", Long.toString(tensor.offset())))
                        .addExternalData(entry("length", Long.toString(tensor.bytes()))));
        return tensor.name();
    }

    /** A constant matrix of floats, row by row. */
    String matrix(String name, float[] values, int rows) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        graph.addInitializer(
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(ElementType.FLOAT32.onnxNumber())
                        .addDims(rows)
                        .addDims(values.length / rows)
                        .setRawData(ByteString.copyFrom(bytes)));
        return name;
    }

    /** A constant list of whole numbers. */
    String vector(String name, long... values) {
        TensorProto.Builder tensor = integers(name, values);
        graph.addInitializer(tensor.addDims(values.length));
        return name;
    }

    /** A constant whole number. */
    String scalar(String name, long value) {
        graph.addInitializer(integers(name, value));
        return name;
    }

    /** Adds a node of one output, and answers that output's name, which is also the node's. */
    String node(
            String domain,
            String operator,
            String name,
            List<String> inputs,
            AttributeProto... attributes) {
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
            AttributeProto... attributes) {
        graph.addNode(
                NodeProto.newBuilder()
                        .setDomain(domain)
                        .setOpType(operator)
                        .setName(outputs.getFirst())
                        .addAllInput(inputs)
                        .addAllOutput(outputs)
                        .addAllAttribute(List.of(attributes)));
        return outputs.getFirst();
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    ModelProto build() {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("kvbench")
                .addOpsetImport(opset(STANDARD, STANDARD_OPSET))
                .addOpsetImport(opset(MICROSOFT, MICROSOFT_OPSET))
                .setGraph(graph)
                .build();
    }

    private static OperatorSetIdProto opset(String domain, int version) {
        return OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private static TensorProto.Builder integers(String name, long... values) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(ElementType.INT64.onnxNumber());
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        return tensor;
    }

    private static ValueInfoProto valueInfo(String name, ElementType type, List<Object> axes) {
        var shape = TensorShapeProto.newBuilder();
        for (Object axis : axes) {
            var dimension = TensorShapeProto.Dimension.newBuilder();
            switch (axis) {
                case Integer length -> dimension.setDimValue(length);
                default -> dimension.setDimParam(axis.toString());
            }
            shape.addDim(dimension);
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(
                        TypeProto.newBuilder()
                                .setTensorType(
                                        TypeProto.Tensor.newBuilder()
                                                .setElemType(type.onnxNumber())
                                                .setShape(shape)))
                .build();
    }
}
