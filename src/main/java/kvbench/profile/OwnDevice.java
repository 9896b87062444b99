package kvbench.profile;

import kvbench.gpu.GpuDevice;
import kvbench.gpu.Nvml;
import kvbench.gpu.Reading;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The GPU that this process computes on, as NVML tells of it to a profiler. */
final class OwnDevice {
    private static final String CHOICE = "CUDA_VISIBLE_DEVICES";

    private final Supplier<Reading<Nvml>> library;
    private final Map<String, String> environment;
    private Reading<Nvml> nvml = Reading.absent("no iteration has begun");
    private boolean isOpened;

    /**
     * A GPU of a library.
     *
     * @param environment variables, of which CUDA's may choose a device
     */
    OwnDevice(Supplier<Reading<Nvml>> library, Map<String, String> environment) {
        this.library = library;
        this.environment = environment;
    }

    static OwnDevice ofThisMachine() {
        return new OwnDevice(Nvml::open, System.getenv());
    }

    /** Opens the library before the clock starts; once, since that can take a second. */
    void open() {
        if (!isOpened) {
            isOpened = true;
            nvml = library.get();
        }
    }

    /** The device, once the library is open; of several, that on which this process has memory. */
    Reading<GpuDevice> now() {
        return nvml.then(Nvml::devices)
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

    /** What to expect of this machine, for the description of a profiler. */
    String here() {
        return whyNot().map(why -> "here: NaN, since " + why).orElse("here: NVML answers");
    }

    /** What the user of {@code -prof name} should know before a run. */
    Optional<String> remark(String name) {
        return whyNot().map(why -> "-prof %s: NaN on this machine, since %s".formatted(name, why));
    }

    private Optional<String> whyNot() {
        return library.get()
                .map(
                        opened -> {
                            opened.close();
                            return Optional.<String>empty();
                        })
                .orElse(Optional::of);
    }

    /**
     * Prints for the log. JMH sends what a fork prints to the console, and what its process writes
     * to the log: forks are many, and all have the same to say.
     */
    static void toTheLog(String line) {
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)
                .println(line);
    }
}
