package kvbench.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;

import com.google.protobuf.InvalidProtocolBufferException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/** What {@link ProtoWriter} writes, Google's library reads. */
class ProtoWriterTest {
    @ParameterizedTest
    @ValueSource(
            longs = {0, 1, 127, 128, 16_383, 16_384, 1L << 35, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void wholeNumbersSurvive(long value) throws InvalidProtocolBufferException {
        byte[] bytes = new ProtoWriter().number(7, value).toBytes();
        assertEquals(List.of(value), TensorProto.parseFrom(bytes).getInt64DataList());
    }

    @ParameterizedTest
    @ValueSource(floats = {0f, -0f, 1e-5f, -1.5f, Float.MAX_VALUE, Float.NaN})
    void floatsSurviveBitForBit(float value) throws InvalidProtocolBufferException {
        byte[] bytes = new ProtoWriter().number(2, value).toBytes();
        assertEquals(
                Float.floatToRawIntBits(value),
                Float.floatToRawIntBits(AttributeProto.parseFrom(bytes).getF()));
    }

    @Test
    void textBytesAndMessagesSurvive() throws InvalidProtocolBufferException {
        var raw = new byte[300];
        raw[299] = -1;
        byte[] bytes =
                new ProtoWriter()
                        .text(8, "cos \u00e9\u4e2d")
                        .bytes(9, raw)
                        .message(13, new ProtoWriter().text(1, "offset").text(2, "104"))
                        .toBytes();
        TensorProto tensor = TensorProto.parseFrom(bytes);
        assertEquals("cos \u00e9\u4e2d", tensor.getName());
        assertArrayEquals(raw, tensor.getRawData().toByteArray());
        assertEquals("offset", tensor.getExternalData(0).getKey());
        assertEquals("104", tensor.getExternalData(0).getValue());
        assertArrayEquals(bytes, tensor.toByteArray());
    }
}
