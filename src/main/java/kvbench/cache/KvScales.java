package kvbench.cache;

import kvbench.model.ElementType;
import kvbench.model.KvGeometry;
import kvbench.onnx.Quantisation;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the elements of a quantised cache are multiples of, measured on a text beforehand.
 *
 * <p>An element that is larger than any of that text is cut to the largest that there is: the
 * scales leave {@value #MARGIN} times the room that the text needed.
 *
 * @param quantisation what they are for
 * @param scales of each layer's keys, then of its values: [1] or [kvHeads * headDim] each
 */
public record KvScales(Quantisation quantisation, float[][] scales) {
    /** Room for what the text did not show. */
    static final double MARGIN = 1.1;

    /** Of a channel that was always 0, which any scale gives back. */
    private static final float ANY = 1;

    /** The scales that {@code cache}'s tokens ask for; waits for the device. */
    public static KvScales of(StaticCache cache, Quantisation quantisation) {
        KvTensors tensors = cache.slots();
        KvGeometry geometry = tensors.geometry();
        var scales = new float[tensors.count()][];
        MemorySegment host = tensors.storage().device().hostBuffer(tensors.bytesOfOne());
        for (int i = 0; i < scales.length; i++) {
            tensors.storage()
                    .device()
                    .download(host.address(), tensors.buffer(i), tensors.bytesOfOne());
            tensors.storage().device().synchronize();
            scales[i] = scales(host, geometry, tensors.slots(), cache.length(), quantisation);
        }
        return new KvScales(quantisation, scales);
    }

    /** Of one buffer: [kvHeads, slots, headDim], of which the first {@code tokens} rows count. */
    private static float[] scales(
            MemorySegment buffer,
            KvGeometry geometry,
            int slots,
            int tokens,
            Quantisation quantisation) {
        int headDim = geometry.headDim();
        var largest = new float[quantisation.scales(geometry.kvHeads(), headDim)];
        for (int head = 0; head < geometry.kvHeads(); head++) {
            for (int token = 0; token < tokens; token++) {
                long row = ((long) head * slots + token) * headDim;
                for (int dim = 0; dim < headDim; dim++) {
                    int channel = largest.length == 1 ? 0 : head * headDim + dim;
                    float value = Math.abs(element(buffer, geometry.type(), row + dim));
                    largest[channel] = Math.max(largest[channel], value);
                }
            }
        }
        for (int channel = 0; channel < largest.length; channel++) {
            largest[channel] =
                    largest[channel] == 0
                            ? ANY
                            : (float) (largest[channel] * MARGIN / quantisation.largest());
        }
        return largest;
    }

    private static float element(MemorySegment buffer, ElementType type, long index) {
        return type == ElementType.FLOAT32
                ? buffer.getAtIndex(ValueLayout.JAVA_FLOAT, index)
                : type.ofHalf(buffer.getAtIndex(ValueLayout.JAVA_SHORT, index));
    }
}
