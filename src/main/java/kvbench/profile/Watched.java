package kvbench.profile;

import kvbench.gpu.Reading;
import kvbench.memory.ArenaUse;
import kvbench.memory.DeviceLedger;

import org.openjdk.jmh.profile.Profiler;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the benchmark that runs in this process lets profilers see of an iteration: its arena before
 * and after, its caches, and when its work has ended. JMH sets a benchmark up within the first
 * iteration that a profiler sees, and tears it down within the last, so that a profiler that looks
 * by itself finds the model gone. Thread-safe.
 */
public final class Watched {
    private static final Reading<DeviceArena> ON_THE_HOST =
            Reading.absent("ONNX Runtime computes on the CPU, and its arena is in host memory");
    private static final List<KvUse> CACHES = new ArrayList<>();
    private static final Map<Profiler, Runnable> FIRST_READINGS = new LinkedHashMap<>();
    private static final Map<Profiler, Runnable> READINGS = new LinkedHashMap<>();
    private static Optional<ArenaUse> before = Optional.empty();
    private static Optional<ArenaUse> after = Optional.empty();
    private static OptionalLong tokens = OptionalLong.empty();
    private static Reading<DeviceArena> deviceArena = ON_THE_HOST;
    private static Optional<DeviceLedger> deviceLedger = Optional.empty();

    private Watched() {}

    /** The work of an iteration begins, and its model is there: profilers read. */
    public static synchronized void arenaBefore(Optional<ArenaUse> use) {
        before = use;
        FIRST_READINGS.values().forEach(Runnable::run);
        FIRST_READINGS.clear();
    }

    /** The work of an iteration has ended, and its model is still there: profilers read. */
    public static synchronized void workEnded(Optional<ArenaUse> use) {
        after = use;
        READINGS.values().forEach(Runnable::run);
        READINGS.clear();
    }

    /**
     * Has {@code reading} run when the work of the iteration begins; never, if the benchmark has no
     * model.
     */
    static synchronized void whenWorkBegins(Profiler profiler, Runnable reading) {
        FIRST_READINGS.put(profiler, reading);
    }

    /** Has {@code reading} run when the work of the iteration that begins now has ended. */
    static synchronized void whenWorkEnds(Profiler profiler, Runnable reading) {
        READINGS.put(profiler, reading);
    }

    /** Has the profiler read now if no end was told: the benchmark has no model. */
    static synchronized void readAtTheLatest(Profiler profiler) {
        FIRST_READINGS.remove(profiler);
        Optional.ofNullable(READINGS.remove(profiler)).ifPresent(Runnable::run);
    }

    /**
     * Tells of the runtime's arena on the device, as the work of an iteration leaves it; where that
     * is not told, the runtime computes on the CPU.
     */
    public static synchronized void deviceArena(Optional<ArenaUse> use) {
        deviceArena =
                use.map(DeviceArena::of)
                        .map(Reading::of)
                        .orElseGet(() -> Reading.absent(ArenaUse.NO_STATISTICS));
    }

    /** The arena on the device as the iteration told of it, or why there is none. */
    static synchronized Reading<DeviceArena> drainDeviceArena() {
        Reading<DeviceArena> told = deviceArena;
        deviceArena = ON_THE_HOST;
        return told;
    }

    /** Tells what is held of a device; of an iteration's several the last counts. */
    public static synchronized void deviceLedger(DeviceLedger ledger) {
        deviceLedger = Optional.of(ledger);
    }

    /** What the iteration held of a device, or empty where it told of none. */
    static synchronized Optional<DeviceLedger> drainDeviceLedger() {
        Optional<DeviceLedger> told = deviceLedger;
        deviceLedger = Optional.empty();
        return told;
    }

    /** Tells of a cache, once for each turn that it took part in, or once for an iteration. */
    public static synchronized void cache(KvUse use) {
        CACHES.add(use);
    }

    /** Tells how many tokens the iteration generated, all its calls together. */
    public static synchronized void tokens(long generated) {
        tokens = OptionalLong.of(generated);
    }

    /** The arena at both ends of the iteration, or empty where there is none. */
    record ArenaUses(ArenaUse before, ArenaUse after) {}

    static synchronized Optional<ArenaUses> drainArena() {
        Optional<ArenaUses> uses =
                before.flatMap(begin -> after.map(end -> new ArenaUses(begin, end)));
        before = Optional.empty();
        after = Optional.empty();
        return uses;
    }

    static synchronized List<KvUse> drainCaches() {
        var told = List.copyOf(CACHES);
        CACHES.clear();
        return told;
    }

    /** Tokens of the iteration, or empty where the benchmark tells of none. */
    static synchronized OptionalLong drainTokens() {
        OptionalLong told = tokens;
        tokens = OptionalLong.empty();
        return told;
    }
}
