package kvbench.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

import com.google.protobuf.InvalidProtocolBufferException;

import kvbench.checkpoint.Checkpoint;
import kvbench.model.ElementType;
import kvbench.reference.LlamaShapes;
import kvbench.reference.ModelFiles;
import kvbench.reference.RandomWeights;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What other programs find in an exported graph. */
class LlamaGraphTest {
    private static final long SEED = 7;

    @TempDir Path folder;

    @Test
    void declaresWhatClientsOfPastPresentExportsExpect() {
        ModelProto model = export(LlamaShapes.GROUPED, CacheInterface.PAST_PRESENT);

        assertEquals(
                List.of(
                        "input_ids INT64 [batch_size, sequence_length]",
                        "attention_mask INT64 [batch_size, total_sequence_length]",
                        "position_ids INT64 [batch_size, sequence_length]",
                        "num_logits_to_keep INT64 []",
                        "past_key_values.0.key FLOAT [batch_size, 2, past_sequence_length, 8]",
                        "past_key_values.0.value FLOAT [batch_size, 2, past_sequence_length, 8]",
                        "past_key_values.1.key FLOAT [batch_size, 2, past_sequence_length, 8]",
                        "past_key_values.1.value FLOAT [batch_size, 2, past_sequence_length, 8]"),
                declared(model.getGraph().getInputList()));
        assertEquals(
                List.of(
                        "logits FLOAT [batch_size, kept_sequence_length, 64]",
                        "present.0.key FLOAT [batch_size, 2, present_sequence_length, 8]",
                        "present.0.value FLOAT [batch_size, 2, present_sequence_length, 8]",
                        "present.1.key FLOAT [batch_size, 2, present_sequence_length, 8]",
                        "present.1.value FLOAT [batch_size, 2, present_sequence_length, 8]"),
                declared(model.getGraph().getOutputList()).stream().sorted().toList());
    }

    @Test
    void withoutACacheThereIsNeitherPastNorPresent() {
        ModelProto model = export(LlamaShapes.GROUPED, CacheInterface.NONE);

        assertEquals(
                List.of(
                        "input_ids INT64 [batch_size, sequence_length]",
                        "attention_mask INT64 [batch_size, total_sequence_length]",
                        "position_ids INT64 [batch_size, sequence_length]",
                        "num_logits_to_keep INT64 []"),
                declared(model.getGraph().getInputList()));
        assertEquals(
                List.of("logits FLOAT [batch_size, kept_sequence_length, 64]"),
                declared(model.getGraph().getOutputList()));
    }

    @Test
    void aMaskByRowsGoesIntoEveryAttention() {
        ModelProto model = export(LlamaShapes.GROUPED, CacheInterface.MASKED_PAST_PRESENT);

        assertTrue(
                declared(model.getGraph().getInputList())
                        .contains(
                                "attention_bias FLOAT [batch_size, 1, sequence_length,"
                                        + " total_sequence_length]"));
        assertEquals(
                List.of("attention_bias", "attention_bias"),
                model.getGraph().getNodeList().stream()
                        .filter(node -> node.getOpType().equals("GroupQueryAttention"))
                        .map(node -> node.getInput(10))
                        .toList());
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"FLOAT32", "FLOAT16", "BFLOAT16"})
    void weightsAreExternalAndTheirOffsetsPointAtTheirBytes(ElementType type) throws IOException {
        LlamaShapes shape = LlamaShapes.GROUPED;
        ModelFiles.writeShards(folder, shape, shape.weights(SEED), type);
        ModelProto model = export(shape, CacheInterface.PAST_PRESENT);
        Map<String, TensorProto> external =
                model.getGraph().getInitializerList().stream()
                        .filter(
                                tensor ->
                                        tensor.getDataLocation()
                                                == TensorProto.DataLocation.EXTERNAL)
                        .collect(Collectors.toMap(TensorProto::getName, tensor -> tensor));

        assertEquals(RandomWeights.shapes(shape.config()).keySet(), external.keySet());
        for (TensorProto tensor : external.values()) {
            String name = tensor.getName();
            assertEquals(type.onnxNumber(), tensor.getDataType(), name);
            assertEquals(
                    RandomWeights.shapes(shape.config()).get(name),
                    tensor.getDimsList().stream().map(Math::toIntExact).toList(),
                    name);
            assertTrue(tensor.getRawData().isEmpty(), name);
            assertArrayEquals(
                    ModelFiles.rounded(shape.weights(SEED), type).apply(name),
                    elements(tensor, type),
                    name);
        }
    }

    @Test
    void theRotationsTablesAreAllThatIsAddedToTheWeights() {
        LlamaShapes shape = LlamaShapes.LLAMA_3_2;
        ModelProto model = export(shape, CacheInterface.PAST_PRESENT);
        List<String> floats =
                model.getGraph().getInitializerList().stream()
                        .filter(
                                tensor ->
                                        tensor.getDataLocation()
                                                != TensorProto.DataLocation.EXTERNAL)
                        .filter(tensor -> tensor.getDataType() == ElementType.FLOAT32.onnxNumber())
                        .map(tensor -> tensor.getName() + " " + tensor.getDimsList())
                        .toList();

        assertEquals(List.of("rope.cos [512, 8]", "rope.sin [512, 8]"), floats);
    }

    @Test
    void aTiedHeadReadsTheEmbeddingAndHasNoWeightOfItsOwn() {
        for (LlamaShapes shape : LlamaShapes.values()) {
            List<String> head =
                    export(shape, CacheInterface.NONE).getGraph().getNodeList().stream()
                            .filter(node -> node.getOutputList().contains("logits"))
                            .map(node -> node.getInput(1))
                            .toList();
            assertEquals(
                    List.of(
                            shape.config().tiedEmbeddings()
                                    ? "model.embed_tokens.weight"
                                    : "lm_head.weight"),
                    head,
                    shape.toString());
        }
    }

    @Test
    void namesTheOperatorSetsThatItUses() {
        ModelProto model = export(LlamaShapes.GROUPED, CacheInterface.PAST_PRESENT);

        assertEquals(
                List.of(" 21", "com.microsoft 1"),
                model.getOpsetImportList().stream()
                        .map(opset -> opset.getDomain() + " " + opset.getVersion())
                        .toList());
        assertEquals(10, model.getIrVersion());
    }

    @Test
    void eachNodeAndEachValueHasANameOfItsOwn() {
        for (LlamaShapes shape : LlamaShapes.values()) {
            for (CacheInterface cache : CacheInterface.values()) {
                var graph = export(shape, cache).getGraph();
                List<String> values =
                        Stream.of(
                                        graph.getInputList().stream().map(ValueInfoProto::getName),
                                        graph.getInitializerList().stream()
                                                .map(TensorProto::getName),
                                        graph.getNodeList().stream()
                                                .flatMap(node -> node.getOutputList().stream())
                                                .filter(name -> !name.isEmpty()))
                                .flatMap(names -> names)
                                .toList();
                assertEquals(values.stream().distinct().toList(), values, shape + ", " + cache);
            }
        }
    }

    private ModelProto export(LlamaShapes shape, CacheInterface cache) {
        if (!Files.exists(folder.resolve(Checkpoint.INDEX))) {
            ModelFiles.write(folder, shape, shape.weights(SEED), ElementType.FLOAT32);
        }
        try {
            return ModelProto.parseFrom(
                    GraphExporter.export(
                            shape.config(), Checkpoint.open(folder, shape.config()), cache));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> declared(List<ValueInfoProto> values) {
        return values.stream().map(LlamaGraphTest::declared).toList();
    }

    private static String declared(ValueInfoProto value) {
        var tensor = value.getType().getTensorType();
        return value.getName()
                + " "
                + TensorProto.DataType.forNumber(tensor.getElemType())
                + tensor.getShape().getDimList().stream()
                        .map(
                                axis ->
                                        axis.hasDimParam()
                                                ? axis.getDimParam()
                                                : Long.toString(axis.getDimValue()))
                        .collect(Collectors.joining(", ", " [", "]"));
    }

    /** Reads a tensor as the graph describes it, relative to the graph's folder. */
    private float[] elements(TensorProto tensor, ElementType type) throws IOException {
        Map<String, String> entries =
                tensor.getExternalDataList().stream()
                        .collect(
                                Collectors.toMap(
                                        StringStringEntryProto::getKey,
                                        StringStringEntryProto::getValue));
        byte[] file = Files.readAllBytes(folder.resolve(entries.get("location")));
        ByteBuffer bytes =
                ByteBuffer.wrap(
                                file,
                                Integer.parseInt(entries.get("offset")),
                                Integer.parseInt(entries.get("length")))
                        .order(ByteOrder.LITTLE_ENDIAN);
        var elements = new float[bytes.remaining() / type.bytes()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] =
                    switch (type) {
                        case FLOAT16 -> Float.float16ToFloat(bytes.getShort());
                        case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort() << Short.SIZE);
                        default -> bytes.getFloat();
                    };
        }
        return elements;
    }
}
