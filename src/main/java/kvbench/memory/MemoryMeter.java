package kvbench.memory;

import com.sun.management.ThreadMXBean;

import kvbench.cache.KvCache;
import kvbench.model.KvGeometry;
import kvbench.ort.ArenaRegions;
import kvbench.ort.MappedAllocations;
import kvbench.ort.MemoryRange;
import kvbench.ort.OrtAllocator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Keeps the {@link Ledger} of one model's session: from before it is loaded, over the baseline, to
 * each piece of work.
 *
 * <p>Expects to be the only one in its process with a session. Reading the ledger walks over the
 * process's pages, which takes about a millisecond per 100 MiB; beginning a piece of work does not.
 * Not thread-safe; work begins and ends on the thread that does it.
 */
public final class MemoryMeter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP_READINGS = 30;
    private static final String MAPPED_NOT_TOLD =
            "the C library does not tell what it allocated (the GNU C library does from 2.33 on)";

    private final OrtAllocator allocator;
    private final KvGeometry geometry;
    private final Optional<DeviceMeter> device;
    private final FootprintReader footprints;
    private final int regionsBefore;
    private final int regionsOnDevicesBefore;
    private final Figure weightsPrivate;

    /** Bytes taken from the system while loading that are in no region: single large weights. */
    private final long reservedBeside;

    private final ResidentPages pages = new ResidentPages();
    private final ArenaPeaks arenaPeaks = new ArenaPeaks();
    private Optional<Moment> baseline = Optional.empty();
    private Optional<Work> begun = Optional.empty();
    private Optional<DeviceLedger> deviceLedger = Optional.empty();

    /** What is read at the baseline, and again at the end of each piece of work. */
    private record Moment(
            Footprint footprint,
            Optional<ArenaUse> arena,
            Figure arenaResident,
            Figure nativeHeap) {}

    /** What is read when a piece of work begins. */
    private record Work(ResidentPeak peak, Optional<ArenaUse> arena, long javaBytes) {}

    /** The memory before a session is loaded. */
    public static final class Loading {
        private final FootprintReader footprints;
        private final Footprint before;
        private final int regions = ArenaRegions.taken().size();
        private final int regionsOnDevices = ArenaRegions.takenOnDevices().size();

        private Loading(List<Path> weights) {
            footprints =
                    new FootprintReader(
                            weights.stream()
                                    .map(Loading::real)
                                    .collect(Collectors.toUnmodifiableSet()));
            before = footprints.now();
        }

        /**
         * The session is loaded.
         *
         * @param allocator the session's own, which must outlive the meter
         */
        public MemoryMeter done(OrtAllocator allocator, KvGeometry geometry) {
            return new MemoryMeter(this, allocator, geometry, Optional.empty());
        }

        /**
         * The session is loaded, on a device that holds the caches.
         *
         * @param device its meter, which was told that the session is loaded
         */
        public MemoryMeter doneOn(DeviceMeter device, OrtAllocator allocator, KvGeometry geometry) {
            return new MemoryMeter(this, allocator, geometry, Optional.of(device));
        }

        /** The kernel tells files by the path behind all links. */
        private static Path real(Path file) {
            try {
                return file.toRealPath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private MemoryMeter(
            Loading loading,
            OrtAllocator allocator,
            KvGeometry geometry,
            Optional<DeviceMeter> device) {
        this.allocator = allocator;
        this.geometry = geometry;
        this.device = device;
        footprints = loading.footprints;
        regionsBefore = loading.regions;
        regionsOnDevicesBefore = loading.regionsOnDevices;
        weightsPrivate = privateGrowth(loading.before, footprints.now());
        reservedBeside =
                ArenaUse.of(allocator).map(ArenaUse::reserved).orElse(0L) - bytes(ownRegions());
    }

    /**
     * To be called before a session is loaded.
     *
     * @param weights the files that its weights are mapped from
     */
    public static Loading beforeLoading(List<Path> weights) {
        return new Loading(weights);
    }

    private static Figure privateGrowth(Footprint before, Footprint after) {
        return after.anonymous()
                .minus(before.anonymous())
                .minus(after.javaHeap().minus(before.javaHeap()))
                .minus(after.javaOther().minus(before.javaOther()));
    }

    /**
     * Takes what the process holds now as the baseline: the model is loaded and warm.
     *
     * <p>Reads a few times before, so that reading is compiled when it counts.
     */
    public void takeBaseline() {
        for (int i = 0; i < WARM_UP_READINGS; i++) {
            now();
        }
        baseline = Optional.of(now());
        device.ifPresent(DeviceMeter::warm);
    }

    /** A piece of work begins. One that began before and did not end is forgotten. */
    public void begin() {
        begun.ifPresent(forgotten -> forgotten.peak().end());
        Optional<ArenaUse> arena = ArenaUse.of(allocator);
        ResidentPeak peak = ResidentPeak.begin();
        begun = Optional.of(new Work(peak, arena, THREADS.getCurrentThreadAllocatedBytes()));
    }

    /**
     * A piece of work ends; its cache is still there.
     *
     * @param work its name: equal for equal work, which then has equal peaks
     * @param tokens tokens that were generated
     * @throws IllegalStateException if none has begun, or no baseline was taken
     */
    public Ledger end(String work, KvCache cache, long tokens) {
        long javaBytes = THREADS.getCurrentThreadAllocatedBytes();
        Work before = begun.orElseThrow(() -> new IllegalStateException("no work has begun"));
        Moment base =
                baseline.orElseThrow(() -> new IllegalStateException("no baseline was taken"));
        begun = Optional.empty();
        Moment now = now();
        Figure residentPeak = atLeast(now.footprint().resident(), before.peak().end());

        Figure analytic = Figure.of(geometry.bytes(cache.keptTokens()));
        Figure held = Figure.of(cache.heldBytes());
        Figure cacheResident = device.isPresent() ? Figure.of(0) : pages.in(cache.buffers());
        deviceLedger = device.map(meter -> meter.end(cache));
        Figure untouched = held.minus(cacheResident);
        Figure arenaKept = now.arenaResident().minus(base.arenaResident()).minus(cacheResident);
        Figure weightsRead = now.footprint().weights().minus(base.footprint().weights());
        Figure javaHeap = now.footprint().javaHeap().minus(base.footprint().javaHeap());
        Figure nativeHeap = now.nativeHeap().minus(base.nativeHeap());
        Figure growth = now.footprint().resident().minus(base.footprint().resident());
        return new Ledger(
                analytic,
                held,
                held.minus(analytic),
                untouched,
                Figure.of(cache.peakBytes()),
                growth(ArenaUse::inUse, base, now),
                peak(work, before, base, now),
                growth(ArenaUse::reserved, base, now),
                arenaKept,
                now.footprint().weights(),
                weightsRead,
                weightsPrivate,
                javaHeap,
                nativeHeap,
                now.footprint().resident(),
                residentPeak,
                growth,
                perToken(Figure.of(javaBytes - before.javaBytes()), tokens),
                perToken(allocations(before, now), tokens),
                deviceLedger.map(DeviceLedger::used).orElse(Figure.unknown(Ledger.NO_DEVICE)));
    }

    /** What the latest piece of work held of the device; empty where there is none. */
    public Optional<DeviceLedger> deviceLedger() {
        return deviceLedger;
    }

    private Moment now() {
        Optional<ArenaUse> arena = ArenaUse.of(allocator);
        Footprint footprint = footprints.now();
        return new Moment(
                footprint,
                arena,
                arenaResident(arena, region -> true),
                nativeHeap(footprint, arena));
    }

    /**
     * What the C library has allocated beside the arena: pages of its heaps, and allocations with a
     * mapping of their own.
     */
    private Figure nativeHeap(Footprint footprint, Optional<ArenaUse> arena) {
        OptionalLong mapped = MappedAllocations.bytes();
        if (mapped.isEmpty()) {
            return Figure.unknown(MAPPED_NOT_TOLD);
        }
        long arenaMapped =
                regions().stream()
                        .filter(region -> !footprint.inNativeHeap(region))
                        .mapToLong(MemoryRange::bytes)
                        .sum();
        return footprint
                .nativeHeap()
                .minus(arenaResident(arena, footprint::inNativeHeap))
                .plus(Figure.of(mapped.getAsLong() - arenaMapped));
    }

    /**
     * Bytes in memory of those regions of arenas on the host that are counted, if all are known.
     */
    private Figure arenaResident(Optional<ArenaUse> arena, Predicate<MemoryRange> counted) {
        if (arena.isEmpty()) {
            return Figure.unknown(ArenaUse.NO_STATISTICS);
        }
        if (bytes(ownRegions()) + reservedBeside != arena.get().reserved()) {
            return Figure.unknown("the runtime did not tell where its arena lies");
        }
        return pages.in(regions().stream().filter(counted).toList());
    }

    /** Those in the host's memory, which a session on a device has too. */
    private List<MemoryRange> regions() {
        List<MemoryRange> taken = ArenaRegions.taken();
        return taken.subList(regionsBefore, taken.size());
    }

    /** Those of {@link #allocator}, by which is known whether the runtime tells of all. */
    private List<MemoryRange> ownRegions() {
        if (allocator.place().isHost()) {
            return regions();
        }
        List<MemoryRange> taken = ArenaRegions.takenOnDevices();
        return taken.subList(regionsOnDevicesBefore, taken.size());
    }

    private static long bytes(List<MemoryRange> regions) {
        return regions.stream().mapToLong(MemoryRange::bytes).sum();
    }

    private static Figure growth(ToLongFunction<ArenaUse> line, Moment base, Moment now) {
        return arenaFigure(line, now.arena()).minus(arenaFigure(line, base.arena()));
    }

    private Figure peak(String work, Work before, Moment base, Moment now) {
        if (before.arena().isEmpty() || now.arena().isEmpty()) {
            return Figure.unknown(ArenaUse.NO_STATISTICS);
        }
        return arenaPeaks
                .during(work, before.arena().get(), now.arena().get())
                .minus(arenaFigure(ArenaUse::inUse, base.arena()));
    }

    private static Figure allocations(Work before, Moment now) {
        return arenaFigure(ArenaUse::allocations, now.arena())
                .minus(arenaFigure(ArenaUse::allocations, before.arena()));
    }

    private static Figure arenaFigure(ToLongFunction<ArenaUse> line, Optional<ArenaUse> arena) {
        return arena.map(use -> Figure.of(line.applyAsLong(use)))
                .orElse(Figure.unknown(ArenaUse.NO_STATISTICS));
    }

    /** The kernel counts a peak less exactly than what it walks over page by page. */
    private static Figure atLeast(Figure least, Figure peak) {
        return peak.known() && least.value() > peak.value() ? least : peak;
    }

    private static Figure perToken(Figure total, long tokens) {
        if (tokens == 0) {
            return Figure.unknown("no token was generated");
        }
        return total.known() ? Figure.of(total.value() / tokens) : total;
    }
}
