package kvbench.gpu;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The GPU that this process computes on, as NVML tells of it. Not thread-safe. */
public final class OwnGpu {
    private static final String CHOICE = "CUDA_VISIBLE_DEVICES";

    private final Supplier<Reading<Nvml>> library;
    private final Map<String, String> environment;
    private Reading<Nvml> nvml = Reading.absent("NVML was not opened yet");
    private boolean isOpened;

    /**
     * A GPU of a library.
     *
     * @param environment variables, of which CUDA's may choose a device
     */
    public OwnGpu(Supplier<Reading<Nvml>> library, Map<String, String> environment) {
        this.library = library;
        this.environment = environment;
    }

    /** That of this machine; NVML is opened by {@link #open}. */
    public static OwnGpu ofThisMachine() {
        return new OwnGpu(Nvml::open, System.getenv());
    }

    /** Opens the library, once: that can take a second. It stays open. */
    public void open() {
        if (!isOpened) {
            isOpened = true;
            nvml = library.get();
        }
    }

    /** The device, once the library is open; of several, that on which this process has memory. */
    public Reading<GpuDevice> now() {
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
}
