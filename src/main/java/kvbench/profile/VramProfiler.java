package kvbench.profile;

import kvbench.gpu.DeviceMemory;
import kvbench.gpu.GpuDevice;
import kvbench.gpu.Nvml;
import kvbench.gpu.Reading;
import kvbench.memory.Figure;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Memory of the GPU when an iteration has ended.
 *
 * <p>{@code vram.device.used} is what NVIDIA's driver counts on the device for all processes,
 * {@code vram.process.used} what it counts for this one, with its CUDA context; both in bytes. The
 * driver keeps no peak, and a thread that asked for it all the time would disturb what is measured:
 * the peak that is told is that of ONNX Runtime's arena on the device, {@code
 * vram.arena.inuse.max}, beside {@code vram.arena.inuse} and {@code vram.arena.reserved}.
 *
 * <p>What cannot be told is NaN; why, stands beside it in the result, and is printed once per fork.
 * It fails no run.
 */
public final class VramProfiler implements InternalProfiler {
    static final String DEVICE_USED = "vram.device.used";
    static final String PROCESS_USED = "vram.process.used";
    static final String ARENA_IN_USE = "vram.arena.inuse";
    static final String ARENA_MAX_IN_USE = "vram.arena.inuse.max";
    static final String ARENA_RESERVED = "vram.arena.reserved";

    private static final String BYTES = "bytes";
    private static final String CHOICE = "CUDA_VISIBLE_DEVICES";

    private static final Reading<DeviceArena> ON_THE_HOST =
            Reading.absent("ONNX Runtime computes on the CPU, and its arena is in host memory");

    private final Supplier<Reading<Nvml>> open;
    private final Supplier<Reading<DeviceArena>> arena;
    private final Map<String, String> environment;
    private final Consumer<String> log;
    private Reading<Nvml> nvml = Reading.absent("no iteration has begun");
    private Optional<Map<String, Reading<Long>>> seen = Optional.empty();
    private boolean isOpened;
    private boolean hasTold;

    /** The profiler that JMH makes, of this machine's GPU. */
    public VramProfiler() {
        this(Nvml::open, () -> ON_THE_HOST, System.getenv(), VramProfiler::toTheLog);
    }

    /**
     * A profiler of another GPU.
     *
     * @param arena the runtime's arena on the device, or why there is none
     * @param environment variables, of which CUDA's may choose a device
     * @param log told once, in one line, what cannot be told and why
     */
    VramProfiler(
            Supplier<Reading<Nvml>> open,
            Supplier<Reading<DeviceArena>> arena,
            Map<String, String> environment,
            Consumer<String> log) {
        this.open = open;
        this.arena = arena;
        this.environment = environment;
        this.log = log;
    }

    @Override
    public String getDescription() {
        Reading<Nvml> here = open.get();
        String now =
                here.map(
                                library -> {
                                    library.close();
                                    return "here: NVML answers";
                                })
                        .orElse(why -> "here: NaN, since " + why);
        return "Memory of the GPU at the end of an iteration, by NVML and ONNX Runtime's arena ("
                + now
                + ")";
    }

    /** What the user should know before a run, or empty where NVML answers. */
    Optional<String> remark() {
        return open.get()
                .map(
                        library -> {
                            library.close();
                            return Optional.<String>empty();
                        })
                .orElse(why -> Optional.of("-prof vram: NaN on this machine, since " + why));
    }

    /** Opens the library before the clock starts; once, since that can take a second. */
    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        if (!isOpened) {
            isOpened = true;
            nvml = open.get();
        }
        seen = Optional.empty();
        Watched.whenWorkEnds(this, this::read);
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        Watched.readAtTheLatest(this);
        Map<String, Reading<Long>> readings = seen.orElseThrow();
        tellWhyNot(readings);
        return readings.entrySet().stream()
                .flatMap(reading -> results(reading.getKey(), reading.getValue()).stream())
                .toList();
    }

    /** Reads when the work of an iteration has ended and the model is still on the device. */
    private void read() {
        var readings = new LinkedHashMap<String, Reading<Long>>();
        Reading<GpuDevice> device = nvml.then(this::device);
        readings.put(DEVICE_USED, device.then(GpuDevice::memory).map(DeviceMemory::usedBytes));
        readings.put(PROCESS_USED, device.then(GpuDevice::memoryOfThisProcess));
        Reading<DeviceArena> figures = arena.get();
        readings.put(ARENA_IN_USE, of(figures, DeviceArena::inUseBytes));
        readings.put(ARENA_MAX_IN_USE, of(figures, DeviceArena::maxInUseBytes));
        readings.put(ARENA_RESERVED, of(figures, DeviceArena::reservedBytes));
        seen = Optional.of(readings);
    }

    private static Reading<Long> of(
            Reading<DeviceArena> figures, ToLongFunction<DeviceArena> figure) {
        return figures.map(figure::applyAsLong);
    }

    private static List<ScalarResult> results(String name, Reading<Long> reading) {
        return SuiteResults.of(
                name, reading.map(bytes -> Figure.of(bytes)).orElse(Figure::unknown), BYTES);
    }

    /** The device that this process computes on. */
    private Reading<GpuDevice> device(Nvml library) {
        return library.devices()
                .then(
                        devices ->
                                switch (devices.size()) {
                                    case 0 -> Reading.absent("NVML sees no GPU");
                                    case 1 -> Reading.of(devices.getFirst());
                                    default -> chosen(devices);
                                });
    }

    private Reading<GpuDevice> chosen(List<GpuDevice> devices) {
        List<GpuDevice> used =
                devices.stream()
                        .filter(device -> device.memoryOfThisProcess() instanceof Reading.Known)
                        .toList();
        String named = environment.getOrDefault(CHOICE, "");
        List<GpuDevice> ofName =
                devices.stream()
                        .filter(
                                device ->
                                        named.startsWith("GPU-")
                                                && device.uuid()
                                                        .orElse(why -> "")
                                                        .startsWith(named))
                        .toList();
        if (used.size() == 1) {
            return Reading.of(used.getFirst());
        }
        return ofName.size() == 1
                ? Reading.of(ofName.getFirst())
                : Reading.absent(
                        "there are %d GPUs, and NVML does not tell which one this process uses: name its UUID in %s"
                                .formatted(devices.size(), CHOICE));
    }

    private void tellWhyNot(Map<String, Reading<Long>> readings) {
        if (hasTold) {
            return;
        }
        hasTold = true;
        var names = new LinkedHashMap<String, List<String>>();
        readings.forEach(
                (name, reading) ->
                        reading.orElse(
                                why -> {
                                    names.computeIfAbsent(why, key -> new ArrayList<>()).add(name);
                                    return 0L;
                                }));
        if (!names.isEmpty()) {
            var reasons = new ArrayList<String>();
            names.forEach((why, of) -> reasons.add("%s: %s".formatted(String.join(", ", of), why)));
            log.accept("-prof vram: NaN for " + String.join("; ", reasons));
        }
    }

    /**
     * JMH sends what a fork prints to the console, and what its process writes to the log: forks
     * are many, and all have the same to say.
     */
    private static void toTheLog(String line) {
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)
                .println(line);
    }
}
