package kvbench.verify;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.engine.Engine;
import kvbench.generate.Decoder;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Strategies made wrong on purpose. */
final class Planted {
    /** System property that names what goes wrong in a process that is started with this class. */
    static final String PROPERTY = "kvbench.test.planted";

    static final String STATIC_DIES = "static dies";
    static final String STATIC_CRASHES = "static crashes";
    static final String NONE_DIES = "none dies";
    static final String NONE_HANGS = "none hangs";

    /** As a JVM whose native code touched what it may not. */
    static final int SEGMENTATION_FAULT = 139;

    private Planted() {}

    /** A process in which a strategy goes wrong as {@link #PROPERTY} says. */
    public static void main(String[] files) throws IOException {
        String planted = System.getProperty(PROPERTY);
        ParityProcess.run(
                files,
                engine ->
                        (strategy, capacity) -> {
                            if (planted.equals(strategy + " dies")) {
                                Runtime.getRuntime().halt(SEGMENTATION_FAULT);
                            }
                            if (planted.equals(strategy + " crashes")) {
                                touchTheFirstPage();
                            }
                            while (planted.equals(strategy + " hangs")) {
                                Thread.onSpinWait();
                            }
                            return engine.cache(strategy, capacity);
                        });
    }

    @SuppressWarnings("restricted")
    private static void touchTheFirstPage() {
        MemorySegment.NULL.reinterpret(Long.BYTES).get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * A static cache in which each key and each value stands one row too far, and a foreign token's
     * in the first.
     */
    static CacheSource staticRowsOneOff(Engine engine) {
        return (strategy, capacity) -> {
            if (strategy != CacheStrategy.STATIC) {
                return engine.cache(strategy, capacity);
            }
            KvCache cache = engine.cache(strategy, capacity + 1);
            Decoder decoder = engine.decoder(strategy);
            decoder.begin(cache);
            decoder.prefill(new int[] {1});
            return cache;
        };
    }

    /** A static cache without room for the second prompt. */
    static CacheSource staticTooSmall(Engine engine) {
        return (strategy, capacity) ->
                engine.cache(strategy, strategy == CacheStrategy.STATIC ? 40 : capacity);
    }

    /** A static cache of more slots than any machine has memory for. */
    static CacheSource staticTooLarge(Engine engine) {
        return (strategy, capacity) ->
                engine.cache(
                        strategy, strategy == CacheStrategy.STATIC ? Integer.MAX_VALUE : capacity);
    }
}
