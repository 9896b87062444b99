package kvbench.memory;

import kvbench.cache.KvCache;
import kvbench.device.AllocatorChoice;
import kvbench.gpu.DeviceMemory;
import kvbench.gpu.DeviceSpace;
import kvbench.gpu.GpuDevice;
import kvbench.gpu.OwnGpu;
import kvbench.gpu.Reading;
import kvbench.ort.OrtAllocator;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Keeps the {@link DeviceLedger} of one model's session on a GPU: from before the device is opened,
 * over the loaded session, the baseline and each recording, to the end of each piece of work.
 *
 * <p>Expects to be the only one in its process that uses the device, and to be told of each moment
 * when all that was asked of the device is done; what it is not told of is NaN. Not thread-safe.
 */
public final class DeviceMeter {
    private static final Figure NOTHING = Figure.of(0);

    private final Supplier<Figure> used;
    private final Figure before;
    private Supplier<Figure> usedByCuda = () -> Figure.unknown("the device was not opened");
    private Supplier<Optional<ArenaUse>> arena = Optional::empty;
    private AllocatorChoice caches = AllocatorChoice.ARENA;
    private Moment opened = Moment.unread("the device was opened");
    private Moment loaded = Moment.unread("the session was loaded");
    private Moment warm = Moment.unread("the first runs were made");
    private Moment recordingBegun = Moment.unread("a recording began");
    private Figure graph = NOTHING;
    private Figure graphWhenWarm = NOTHING;

    /**
     * What is read at one moment.
     *
     * @param used on the device, by NVML
     * @param usedByCuda the same, by CUDA
     * @param inUse of the arena
     * @param mostInUse of the arena
     * @param reserved by the arena
     */
    private record Moment(
            Figure used, Figure usedByCuda, Figure inUse, Figure mostInUse, Figure reserved) {
        static Moment unread(String when) {
            Figure none = Figure.unknown("nothing was read when " + when);
            return new Moment(none, none, none, none, none);
        }

        static Moment of(Figure used, Figure usedByCuda, Optional<ArenaUse> arena) {
            Figure untold = Figure.unknown(ArenaUse.NO_STATISTICS);
            return new Moment(
                    used,
                    usedByCuda,
                    arena.map(use -> Figure.of(use.inUse())).orElse(untold),
                    arena.map(use -> Figure.of(use.mostInUse())).orElse(untold),
                    arena.map(use -> Figure.of(use.reserved())).orElse(untold));
        }

        static Moment withoutArena(Figure used, Figure usedByCuda) {
            return new Moment(used, usedByCuda, NOTHING, NOTHING, NOTHING);
        }

        /** By how much the device's memory in use has grown since, beside the arena. */
        Figure growthBesideArena(Moment since) {
            return used.minus(since.used).minus(reserved.minus(since.reserved));
        }
    }

    /**
     * A meter of another device, which is not opened yet.
     *
     * @param used bytes that are in use on it
     */
    DeviceMeter(Supplier<Figure> used) {
        this.used = used;
        before = used.get();
    }

    /** To be called before the device is opened. */
    public static DeviceMeter beforeOpening(OwnGpu gpu) {
        gpu.open();
        return new DeviceMeter(() -> used(gpu.now()));
    }

    private static Figure used(Reading<GpuDevice> gpu) {
        return gpu.then(GpuDevice::memory)
                .map(DeviceMemory::usedBytes)
                .map(bytes -> Figure.of(bytes))
                .orElse(Figure::unknown);
    }

    /**
     * The device is open, and no session is loaded.
     *
     * @param space what CUDA says of the device's memory
     */
    public void opened(Supplier<Reading<DeviceSpace>> space) {
        usedByCuda =
                () ->
                        space.get()
                                .map(now -> Figure.of(now.totalBytes() - now.freeBytes()))
                                .orElse(Figure::unknown);
        opened = Moment.withoutArena(used.get(), usedByCuda.get());
    }

    /**
     * The session is loaded, and nothing has run.
     *
     * @param allocator the session's own for the device
     * @param caches where the caches come from that the work is done with
     */
    public void loaded(OrtAllocator allocator, AllocatorChoice caches) {
        loaded(() -> ArenaUse.of(allocator), caches);
    }

    void loaded(Supplier<Optional<ArenaUse>> arena, AllocatorChoice caches) {
        this.arena = arena;
        this.caches = caches;
        loaded = now();
    }

    /** The first runs were made, and no cache is left of them: the baseline. */
    public void warm() {
        warm = now();
        graphWhenWarm = graph;
    }

    /** A step is about to be recorded; it has been run before. */
    public void recordingBegins() {
        recordingBegun = now();
    }

    /** The step is recorded. */
    public void recorded() {
        graph = graph.plus(now().growthBesideArena(recordingBegun));
        recordingBegun = Moment.unread("a recording began");
    }

    /** A piece of work has ended; {@code cache} is still there. */
    public DeviceLedger end(KvCache cache) {
        return end(Figure.of(cache.heldBytes()), Figure.of(cache.peakBytes()));
    }

    DeviceLedger end(Figure kvHeld, Figure kvPeak) {
        Moment now = now();
        boolean isInArena = caches == AllocatorChoice.ARENA;
        Figure kvArena = isInArena ? kvHeld : NOTHING;
        Figure scratch = now.mostInUse().minus(loaded.inUse()).minus(isInArena ? kvPeak : NOTHING);
        return new DeviceLedger(
                opened.used().minus(before),
                loaded.growthBesideArena(opened),
                loaded.inUse(),
                kvHeld,
                kvArena,
                scratch,
                now.reserved().minus(loaded.inUse()).minus(kvArena).minus(scratch),
                warm.growthBesideArena(loaded).minus(graphWhenWarm),
                graph,
                now.used().minus(before),
                now.usedByCuda().minus(opened.usedByCuda()));
    }

    private Moment now() {
        return Moment.of(used.get(), usedByCuda.get(), arena.get());
    }
}
