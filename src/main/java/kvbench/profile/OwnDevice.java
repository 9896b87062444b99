package kvbench.profile;

import kvbench.gpu.GpuDevice;
import kvbench.gpu.Nvml;
import kvbench.gpu.OwnGpu;
import kvbench.gpu.Reading;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The GPU that this process computes on, as NVML tells of it to a profiler. */
final class OwnDevice {
    private final Supplier<Reading<Nvml>> library;
    private final OwnGpu gpu;

    /**
     * A GPU of a library.
     *
     * @param environment variables, of which CUDA's may choose a device
     */
    OwnDevice(Supplier<Reading<Nvml>> library, Map<String, String> environment) {
        this.library = library;
        gpu = new OwnGpu(library, environment);
    }

    static OwnDevice ofThisMachine() {
        return new OwnDevice(Nvml::open, System.getenv());
    }

    /** Opens the library before the clock starts; once, since that can take a second. */
    void open() {
        gpu.open();
    }

    /** The device, once the library is open. */
    Reading<GpuDevice> now() {
        return gpu.now();
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
