package kvbench.ort;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

import kvbench.model.ElementType;

import java.util.List;

/** A graph of a few standard operators. */
final class SmallGraph {
    private static final int IR_VERSION = 10;
    private static final int OPSET = 21;

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("small");

    /** One addition of two vectors of any length: {@code sum = a + b}. */
    static byte[] addition() {
        return new SmallGraph()
                .input("a", ElementType.FLOAT32, "n")
                .input("b", ElementType.FLOAT32, "n")
                .node("Add", "sum", "a", "b")
                .output("sum", ElementType.FLOAT32, "n")
                .bytes();
    }

    /** Declares an input; an axis is a number, or a name where its length is free. */
    SmallGraph input(String name, ElementType type, Object... axes) {
        graph.addInput(valueInfo(name, type, axes));
        return this;
    }

    /** Declares an input that is a sequence of float tensors. */
    SmallGraph sequenceInput(String name) {
        TypeProto element = valueInfo("", ElementType.FLOAT32, "n").getType();
        graph.addInput(
                ValueInfoProto.newBuilder()
                        .setName(name)
                        .setType(
                                TypeProto.newBuilder()
                                        .setSequenceType(
                                                TypeProto.Sequence.newBuilder()
                                                        .setElemType(element))));
        return this;
    }

    SmallGraph output(String name, ElementType type, Object... axes) {
        graph.addOutput(valueInfo(name, type, axes));
        return this;
    }

    SmallGraph node(String operator, String output, String... inputs) {
        graph.addNode(
                NodeProto.newBuilder()
                        .setOpType(operator)
                        .addAllInput(List.of(inputs))
                        .addOutput(output));
        return this;
    }

    /** A float32 weight that begins at the start of {@code file}. */
    SmallGraph external(String name, String file, long... shape) {
        var tensor =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(ElementType.FLOAT32.onnxNumber())
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(
                                StringStringEntryProto.newBuilder()
                                        .setKey("location")
                                        .setValue(file));
        for (long dimension : shape) {
            tensor.addDims(dimension);
        }
        graph.addInitializer(tensor);
        return this;
    }

    byte[] bytes() {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private static ValueInfoProto valueInfo(String name, ElementType type, Object... axes) {
        var shape = TensorShapeProto.newBuilder();
        for (Object axis : axes) {
            if (axis instanceof Integer length) {
                shape.addDimBuilder().setDimValue(length);
            } else {
                shape.addDimBuilder().setDimParam(axis.toString());
            }
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
