package kvbench.cache;

import kvbench.device.Storage;
import kvbench.model.InputException;
import kvbench.model.KvGeometry;
import kvbench.onnx.CacheInterface;
import kvbench.onnx.Quantisation;
import kvbench.onnx.Quantisation.Granularity;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * {@link QuantisedCache}.
 *
 * @param quantisation how
 * @param written as a user wrote it
 */
record QuantisedStrategy(Quantisation quantisation, String written) implements CacheStrategy {
    static final String INT8 = "int8";
    static final String INT4 = "int4";
    static final List<String> SETTINGS = List.of("GRANULARITY");

    /**
     * @param settings the granularity: by default a scale for each channel
     */
    static QuantisedStrategy int8(List<String> settings) {
        return of(INT8, 8, settings);
    }

    /**
     * @param settings the granularity: by default a scale for each channel
     */
    static QuantisedStrategy int4(List<String> settings) {
        return of(INT4, 4, settings);
    }

    private static QuantisedStrategy of(String name, int bits, List<String> settings) {
        String written = name + (settings.isEmpty() ? "" : ":" + settings.getFirst());
        Granularity granularity =
                settings.isEmpty()
                        ? Granularity.CHANNEL
                        : Arrays.stream(Granularity.values())
                                .filter(one -> one.toString().equals(settings.getFirst()))
                                .findFirst()
                                .orElseThrow(
                                        () ->
                                                InputException.wrongUse(
                                                        "strategy \"%s\": expected tensor or channel, found \"%s\"."
                                                                .formatted(
                                                                        written,
                                                                        settings.getFirst())));
        return new QuantisedStrategy(new Quantisation(bits, granularity), written);
    }

    @Override
    public CacheInterface graph() {
        return CacheInterface.of(quantisation);
    }

    @Override
    public boolean exact() {
        return false;
    }

    @Override
    public boolean isPreallocated() {
        return true;
    }

    @Override
    public KvGeometry cached(KvGeometry geometry) {
        return geometry.quantised(quantisation.bits());
    }

    /** Not possible: without scales nothing can be cached. */
    @Override
    public KvCache open(KvGeometry geometry, Storage storage, int capacity) {
        throw new IllegalStateException("expected scales for " + this + ", found none");
    }

    @Override
    public KvCache open(
            KvGeometry geometry, Storage storage, int capacity, Optional<KvScales> scales) {
        return scales.<KvCache>map(
                        measured ->
                                new QuantisedCache(cached(geometry), storage, capacity, measured))
                .orElseGet(() -> open(geometry, storage, capacity));
    }

    @Override
    public long heldBytes(KvGeometry geometry, long tokens, long capacity) {
        return cached(geometry).bytes(capacity);
    }

    @Override
    public long peakBytes(KvGeometry geometry, long cached, long newTokens, long capacity) {
        return cached(geometry).bytes(capacity);
    }

    @Override
    public String toString() {
        return written;
    }
}
