package kvbench.profile;

import kvbench.gpu.DeviceMemory;
import kvbench.gpu.GpuDevice;
import kvbench.gpu.Reading;
import kvbench.memory.DeviceLedger;
import kvbench.memory.Figure;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.profile.ProfilerException;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * {@code vram}: memory of the GPU when an iteration begins, within it, and when it has ended.
 *
 * <p>{@code vram.device.used.before} and {@code vram.device.used} are what NVIDIA's driver counts
 * on the device for all processes when the iteration's work begins, with the model loaded, and when
 * it has ended; {@code vram.process.used} is what it counts for this one then, with its CUDA
 * context. The driver keeps no peak. That of ONNX Runtime's arena on the device is {@code
 * vram.arena.inuse.max}, beside {@code vram.arena.inuse} and {@code vram.arena.reserved}. All in
 * bytes.
 *
 * <p>What a benchmark on a model holds of the device is told line by line, as {@link DeviceLedger}
 * has it: {@code vram.context}, {@code vram.weights}, {@code vram.kv.held} and so on. Of whole
 * answers it is that of the last of the warm-up, while its cache was there. On the CPU there are no
 * such lines.
 *
 * <p>With the option {@code sample=MILLISECONDS} a thread asks the driver all the time, once in so
 * many milliseconds: {@code vram.device.sampled.peak} is the most that it saw used on the device,
 * or that was used at either end, and {@code vram.device.sampled.count} how often it asked. What
 * was allocated and freed between two questions is not in it. The thread is off by default: it
 * takes its part of a core and of the driver's locks within the time that is measured, and its
 * allocations on the Java heap are among those that {@code -prof gc} counts.
 *
 * <p>What cannot be told is NaN; why, stands beside it in the result, and is printed once per fork.
 * It fails no run.
 */
public final class VramProfiler implements InternalProfiler {
    static final String DEVICE_USED_BEFORE = "vram.device.used.before";
    static final String DEVICE_USED = "vram.device.used";
    static final String DEVICE_SAMPLED_PEAK = "vram.device.sampled.peak";
    static final String DEVICE_SAMPLED_COUNT = "vram.device.sampled.count";
    static final String PROCESS_USED = "vram.process.used";
    static final String ARENA_IN_USE = "vram.arena.inuse";
    static final String ARENA_MAX_IN_USE = "vram.arena.inuse.max";
    static final String ARENA_RESERVED = "vram.arena.reserved";

    /** The option, in milliseconds. */
    private static final String SAMPLE = "sample=";

    private static final String BYTES = "bytes";

    private static final Reading<Long> NOT_SAMPLED =
            Reading.absent("nothing was sampled: -prof vram:sample=20 asks every 20 ms");

    private final OwnDevice device;
    private final Supplier<Reading<DeviceArena>> arena;
    private final Optional<Duration> interval;
    private final Consumer<String> log;
    private Reading<Long> usedBefore = Reading.absent("no iteration has begun");
    private Optional<SampledPeak> sampled = Optional.empty();
    private Optional<Map<String, Figure>> seen = Optional.empty();
    private boolean hasTold;

    /** The profiler of this machine's GPU, without its options. */
    public VramProfiler() {
        this(
                OwnDevice.ofThisMachine(),
                Watched::drainDeviceArena,
                Optional.empty(),
                OwnDevice::toTheLog);
    }

    /**
     * The profiler that JMH makes, of this machine's GPU.
     *
     * @param options of the command line, such as {@code sample=20}
     * @throws ProfilerException if there is no such option, or its value is none
     */
    public VramProfiler(String options) throws ProfilerException {
        this(
                OwnDevice.ofThisMachine(),
                Watched::drainDeviceArena,
                interval(options),
                OwnDevice::toTheLog);
    }

    /**
     * A profiler of another GPU.
     *
     * @param arena the runtime's arena on the device, or why there is none
     * @param interval between two samples of the memory in use, or empty for none
     * @param log told once, in one line, what cannot be told and why
     */
    VramProfiler(
            OwnDevice device,
            Supplier<Reading<DeviceArena>> arena,
            Optional<Duration> interval,
            Consumer<String> log) {
        this.device = device;
        this.arena = arena;
        this.interval = interval;
        this.log = log;
    }

    private static Optional<Duration> interval(String options) throws ProfilerException {
        if (options.isEmpty()) {
            return Optional.empty();
        }
        try {
            long millis = Long.parseLong(options.substring(options.indexOf('=') + 1));
            if (options.startsWith(SAMPLE) && millis > 0) {
                return Optional.of(Duration.ofMillis(millis));
            }
        } catch (NumberFormatException e) {
            throw noSuchOption(options);
        }
        throw noSuchOption(options);
    }

    private static ProfilerException noSuchOption(String options) {
        return new ProfilerException(
                "-prof vram: expected sample=MILLISECONDS with a whole number of 1 or more, found "
                        + options);
    }

    @Override
    public String getDescription() {
        return "Memory of the GPU before and after an iteration, and with sample=MILLISECONDS its"
                + " peak within, by NVML and ONNX Runtime's arena ("
                + device.here()
                + ")";
    }

    /** What the user should know before a run, or empty where NVML answers. */
    Optional<String> remark() {
        return device.remark("vram");
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        device.open();
        seen = Optional.empty();
        Watched.drainDeviceLedger();
        begin();
        Watched.whenWorkBegins(this, this::begin);
        Watched.whenWorkEnds(this, this::read);
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        Watched.readAtTheLatest(this);
        Map<String, Figure> figures = new LinkedHashMap<>(seen.orElseThrow());
        Watched.drainDeviceLedger().stream()
                .flatMap(ledger -> ledger.lines().stream())
                .forEach(line -> figures.put(line.name(), line.figure()));
        tellWhyNot(figures);
        return figures.entrySet().stream()
                .flatMap(figure -> results(figure.getKey(), figure.getValue()).stream())
                .toList();
    }

    /** Reads when the work of an iteration begins; what was read before counts no more. */
    private void begin() {
        sampled.ifPresent(SampledPeak::end);
        Reading<GpuDevice> read = device.now();
        usedBefore = used(read);
        sampled = interval.map(each -> SampledPeak.begin(() -> used(read), each));
    }

    /** Reads when the work of an iteration has ended and the model is still on the device. */
    private void read() {
        sampled.ifPresent(SampledPeak::end);
        var figures = new LinkedHashMap<String, Figure>();
        Reading<GpuDevice> read = device.now();
        Reading<Long> used = used(read);
        figures.put(DEVICE_USED_BEFORE, figure(usedBefore));
        figures.put(DEVICE_USED, figure(used));
        figures.put(
                DEVICE_SAMPLED_PEAK,
                figure(
                        sampled.map(samples -> samples.highest(usedBefore, used))
                                .orElse(NOT_SAMPLED)));
        figures.put(
                DEVICE_SAMPLED_COUNT,
                figure(sampled.map(samples -> Reading.of(samples.count())).orElse(NOT_SAMPLED)));
        figures.put(PROCESS_USED, figure(read.then(GpuDevice::memoryOfThisProcess)));
        Reading<DeviceArena> use = arena.get();
        figures.put(ARENA_IN_USE, figure(use.map(DeviceArena::inUseBytes)));
        figures.put(ARENA_MAX_IN_USE, figure(use.map(DeviceArena::maxInUseBytes)));
        figures.put(ARENA_RESERVED, figure(use.map(DeviceArena::reservedBytes)));
        sampled = Optional.empty();
        seen = Optional.of(figures);
    }

    private static Reading<Long> used(Reading<GpuDevice> device) {
        return device.then(GpuDevice::memory).map(DeviceMemory::usedBytes);
    }

    private static Figure figure(Reading<Long> reading) {
        return reading.map(number -> Figure.of(number)).orElse(Figure::unknown);
    }

    private static List<ScalarResult> results(String name, Figure figure) {
        return SuiteResults.of(name, figure, name.equals(DEVICE_SAMPLED_COUNT) ? "samples" : BYTES);
    }

    private void tellWhyNot(Map<String, Figure> figures) {
        if (hasTold) {
            return;
        }
        hasTold = true;
        var names = new LinkedHashMap<String, List<String>>();
        figures.forEach(
                (name, figure) -> {
                    if (!figure.known()) {
                        names.computeIfAbsent(figure.reason(), key -> new ArrayList<>()).add(name);
                    }
                });
        if (!names.isEmpty()) {
            var reasons = new ArrayList<String>();
            names.forEach((why, of) -> reasons.add("%s: %s".formatted(String.join(", ", of), why)));
            log.accept("-prof vram: NaN for " + String.join("; ", reasons));
        }
    }
}
