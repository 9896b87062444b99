package kvbench.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One message in Protocol Buffers' wire format, field by field.
 *
 * <p>A graph is written with a few kinds of field, and Google's library, which could do it, makes
 * every JVM since 24 warn of its way to read memory. The tests read with that library what is
 * written here. Source: the encoding's description at protobuf.dev.
 */
final class ProtoWriter {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FOUR_BYTES = 5;
    private static final int WIRE_TYPE_BITS = 3;
    private static final int PAYLOAD_BITS = 7;
    private static final int PAYLOAD_MASK = (1 << PAYLOAD_BITS) - 1;
    private static final int MORE_FOLLOWS = 1 << PAYLOAD_BITS;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** An integer, a boolean or an enum's number. */
    ProtoWriter number(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    ProtoWriter number(int field, float value) {
        tag(field, FOUR_BYTES);
        int bits = Float.floatToRawIntBits(value);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write(bits >>> shift);
        }
        return this;
    }

    ProtoWriter text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    ProtoWriter bytes(int field, byte[] value) {
        tag(field, LENGTH_DELIMITED);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    /** A message within this one. */
    ProtoWriter message(int field, ProtoWriter value) {
        return bytes(field, value.toBytes());
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    private void tag(int field, int wireType) {
        varint((long) field << WIRE_TYPE_BITS | wireType);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~PAYLOAD_MASK) != 0) {
            out.write((int) (rest & PAYLOAD_MASK) | MORE_FOLLOWS);
            rest >>>= PAYLOAD_BITS;
        }
        out.write((int) rest);
    }
}
