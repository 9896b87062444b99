package kvbench.context;

import kvbench.gpu.DeviceMemory;
import kvbench.gpu.GpuDevice;
import kvbench.gpu.Nvml;
import kvbench.gpu.Reading;

import java.util.ArrayList;
import java.util.List;

/**
 * The GPUs of NVIDIA that a run could see, and the driver under them, before the first measurement.
 *
 * @param nvml version of the driver's management library, or why it does not answer
 * @param driver version of the driver
 * @param cuda the newest CUDA that the driver supports
 * @param devices the GPUs, in the order of their buses
 */
public record Gpus(String nvml, String driver, String cuda, List<Gpu> devices) {

    /**
     * One GPU. Numbers that it does not tell are NaN, with the reason in {@code untold}.
     *
     * @param name its model
     * @param uuid its own, whatever its number is
     * @param memoryBytes memory it has
     * @param usedBytes of that, taken by all processes
     * @param smClockHz clock of the multiprocessors
     * @param maxSmClockHz the highest that can be
     * @param memoryClockHz clock of its memory
     * @param maxMemoryClockHz the highest that can be
     * @param powerLimitWatts power it may draw
     * @param persistence {@code on} or {@code off}: whether the driver stays ready between
     *     processes
     * @param mig {@code on} or {@code off}: whether it is split into instances
     * @param clockReasons what holds the clocks back
     * @param untold {@code field: reason} of each number that is NaN
     */
    public record Gpu(
            String name,
            String uuid,
            double memoryBytes,
            double usedBytes,
            double smClockHz,
            double maxSmClockHz,
            double memoryClockHz,
            double maxMemoryClockHz,
            double powerLimitWatts,
            String persistence,
            String mig,
            List<String> clockReasons,
            List<String> untold) {
        /** Reasons that are a choice or a rest, not a want of power or a heat. */
        private static final List<String> HARMLESS =
                List.of("gpu idle", "applications clocks setting", "display clock setting");

        public Gpu {
            clockReasons = List.copyOf(clockReasons);
            untold = List.copyOf(untold);
        }

        /** Those of {@link #clockReasons} that make measurements slower than the device is. */
        public List<String> throttling() {
            return clockReasons.stream()
                    .filter(reason -> !HARMLESS.contains(reason) && !Unknown.is(reason))
                    .toList();
        }
    }

    public Gpus {
        devices = List.copyOf(devices);
    }

    /** The GPUs of this machine. */
    public static Gpus here() {
        return Nvml.open().map(Gpus::toldBy).orElse(Gpus::unknown);
    }

    /** For a machine whose driver, if it has one, could not be asked. */
    public static Gpus unknown(String why) {
        String unknown = Unknown.because(why);
        return new Gpus(unknown, unknown, unknown, List.of());
    }

    private static Gpus toldBy(Nvml opened) {
        try (Nvml nvml = opened) {
            Reading<List<GpuDevice>> devices = nvml.devices();
            return new Gpus(
                    devices.then(found -> nvml.version()).orElse(Unknown::because),
                    nvml.driver().orElse(Unknown::because),
                    nvml.cuda().orElse(Unknown::because),
                    devices.orElse(why -> List.of()).stream().map(Gpus::gpu).toList());
        }
    }

    private static Gpu gpu(GpuDevice device) {
        var untold = new ArrayList<String>();
        Reading<DeviceMemory> memory = device.memory();
        return new Gpu(
                device.name().orElse(Unknown::because),
                device.uuid().orElse(Unknown::because),
                number("memoryBytes", memory.map(told -> (double) told.totalBytes()), untold),
                number("usedBytes", memory.map(told -> (double) told.usedBytes()), untold),
                number("smClockHz", device.smClock(), untold),
                number("maxSmClockHz", device.maxSmClock(), untold),
                number("memoryClockHz", device.memoryClock(), untold),
                number("maxMemoryClockHz", device.maxMemoryClock(), untold),
                number("powerLimitWatts", device.powerLimit(), untold),
                device.persistence().orElse(Unknown::because),
                device.mig().orElse(Unknown::because),
                device.clockReasons().orElse(why -> List.of(Unknown.because(why))),
                untold);
    }

    private static double number(String field, Reading<Double> reading, List<String> untold) {
        return reading.orElse(
                why -> {
                    untold.add(field + ": " + why);
                    return Double.NaN;
                });
    }
}
