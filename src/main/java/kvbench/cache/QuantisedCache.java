package kvbench.cache;

import kvbench.device.Device;
import kvbench.device.Storage;
import kvbench.model.ElementType;
import kvbench.model.KvGeometry;
import kvbench.ort.MemoryRange;
import kvbench.ort.OrtTensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * {@link StaticCache} in 8 or 4 bits: keys, after their rotation, and values are rounded to
 * multiples of scales that were measured beforehand and never change. Lossy.
 *
 * <p>Holds the quantised bytes of its capacity, and its scales, which no line counts: some KiB. It
 * is GroupQueryAttention's quantised cache, with static symmetric scales; not KIVI or KVQuant,
 * whose scales follow the text.
 *
 * <p>To be chosen where the cache is what does not fit, or what a step reads most of: long texts
 * and small weights. Whether the answers are still good is for {@code verify} and the report to
 * tell, on the model that is to be run.
 */
public final class QuantisedCache implements KvCache {
    private final Device device;
    private final StaticCache slots;
    private final Arena arena;
    private final List<Long> allocated = new ArrayList<>();
    private final List<OrtTensor> scales = new ArrayList<>(); // of keys and values, layer by layer

    QuantisedCache(KvGeometry quantised, Storage storage, int capacity, KvScales measured) {
        device = storage.device();
        slots = new StaticCache(quantised, storage, capacity);
        arena = Arena.ofShared();
        try {
            for (float[] of : measured.scales()) {
                scales.add(tensor(of));
            }
            device.synchronize();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private OrtTensor tensor(float[] of) {
        MemorySegment values = arena.allocateFrom(ValueLayout.JAVA_FLOAT, of);
        long address = device.allocate(values.byteSize());
        allocated.add(address);
        device.upload(address, values.address(), values.byteSize());
        var tensor = new OrtTensor(arena, ElementType.FLOAT32, of.length);
        tensor.view(device.place(), address);
        return tensor;
    }

    @Override
    public int length() {
        return slots.length();
    }

    @Override
    public int reusedTokens() {
        return slots.reusedTokens();
    }

    @Override
    public OptionalInt capacity() {
        return slots.capacity();
    }

    @Override
    public long heldBytes() {
        return slots.heldBytes();
    }

    @Override
    public long peakBytes() {
        return slots.peakBytes();
    }

    @Override
    public long copiedBytes() {
        return slots.copiedBytes();
    }

    @Override
    public List<MemoryRange> buffers() {
        return slots.buffers();
    }

    @Override
    public void bind(Step step, int newTokens) {
        slots.bind(step, newTokens);
        step.bindScales(scales);
    }

    @Override
    public void commit(int newTokens) {
        slots.commit(newTokens);
    }

    @Override
    public void abandon() {
        slots.abandon();
    }

    @Override
    public void rewindTo(int length) {
        slots.rewindTo(length);
    }

    @Override
    public void close() {
        slots.close();
        scales.forEach(OrtTensor::close);
        allocated.forEach(device::free);
        allocated.clear();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
