package kvbench.engine;

import kvbench.gpu.Cuda;
import kvbench.gpu.GpuDevice;
import kvbench.gpu.Nvml;
import kvbench.gpu.Reading;
import kvbench.natives.CudaCode;
import kvbench.natives.CudaFolders;
import kvbench.natives.CudaLibraries;
import kvbench.natives.LibraryLoader;
import kvbench.natives.Platform;
import kvbench.ort.OrtEnvironment;
import kvbench.ort.OrtLibrary;
import kvbench.ort.OrtLibraryException;
import kvbench.ort.SystemLoader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The facts of this machine and this process. Thread-safe. */
final class CudaMachine implements CudaFacts {
    static final String PROVIDER_FILE = "libonnxruntime_providers_cuda.so";

    /** Between the runtime and each provider that is loaded. */
    static final String BRIDGE_FILE = "libonnxruntime_providers_shared.so";

    private static final Path KERNEL_DRIVER = Path.of("/proc/driver/nvidia/version");
    private static final Pattern VERSION = Pattern.compile("\\b\\d{3,}\\.\\d+(?:\\.\\d+)?\\b");

    private final LibraryLoader loader = new SystemLoader();
    private final Supplier<Reading<OrtBuild>> runtime = new Once<>(CudaMachine::askRuntime);
    private final Supplier<Reading<Driver>> driver = new Once<>(CudaMachine::askDriver);
    private final Supplier<Reading<CudaLibraries>> libraries = new Once<>(this::findLibraries);
    private final Supplier<Optional<CudaCode>> code = new Once<>(this::readCode);
    private final Supplier<Optional<Path>> refused = new Once<>(this::loadLibraries);

    @Override
    public Platform platform() {
        return Platform.current();
    }

    @Override
    public Reading<OrtBuild> runtime() {
        return runtime.get();
    }

    @Override
    public Reading<Driver> driver() {
        return driver.get();
    }

    @Override
    public Optional<String> kernelDriver() {
        try (Stream<String> lines = Files.lines(KERNEL_DRIVER)) {
            Matcher version = VERSION.matcher(lines.findFirst().orElse(""));
            return Optional.of(version.find() ? version.group() : "of unknown version");
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<String> visibleDevices() {
        return Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES"));
    }

    @Override
    public List<Path> missingProviderFiles() {
        return Stream.of(PROVIDER_FILE, BRIDGE_FILE)
                .flatMap(name -> besideRuntime(name).stream())
                .filter(file -> !Files.isRegularFile(file))
                .toList();
    }

    @Override
    public List<Path> absentFolders() {
        return CudaFolders.here().absent();
    }

    @Override
    public Reading<CudaLibraries> libraries() {
        return libraries.get();
    }

    @Override
    public Optional<CudaCode> code() {
        return code.get();
    }

    @Override
    public Optional<Path> refused() {
        return refused.get();
    }

    private static Reading<OrtBuild> askRuntime() {
        try {
            OrtLibrary library = OrtLibrary.get();
            return Reading.of(
                    new OrtBuild(
                            library.version(),
                            library.path(),
                            OrtEnvironment.buildInfo(),
                            OrtEnvironment.availableProviders()));
        } catch (OrtLibraryException e) {
            return Reading.absent(e.getMessage());
        }
    }

    private static Reading<Driver> askDriver() {
        return Nvml.open()
                .map(
                        opened -> {
                            try (Nvml nvml = opened) {
                                return new Driver(
                                        nvml.driver(),
                                        nvml.cuda(),
                                        nvml.devices().map(CudaMachine::gpus));
                            }
                        });
    }

    private static List<Gpu> gpus(List<GpuDevice> devices) {
        return devices.stream()
                .map(
                        device ->
                                new Gpu(
                                        device.index(),
                                        device.name(),
                                        device.uuid(),
                                        device.computeCapability(),
                                        device.memory(),
                                        device.mig(),
                                        device.clockReasons()))
                .toList();
    }

    /** The runtime opens its providers from its own folder. */
    private Optional<Path> besideRuntime(String name) {
        return runtime()
                .map(build -> Optional.of(build.path().resolveSibling(name)))
                .orElse(why -> Optional.empty());
    }

    private Reading<CudaLibraries> findLibraries() {
        Optional<Path> provider = besideRuntime(PROVIDER_FILE);
        if (provider.isEmpty()) {
            return Reading.absent("there is no ONNX Runtime that could need them");
        }
        try {
            return Reading.of(CudaLibraries.neededBy(provider.get(), CudaFolders.here(), loader));
        } catch (IOException e) {
            return Reading.absent(e.getMessage());
        }
    }

    private Optional<CudaCode> readCode() {
        return besideRuntime(PROVIDER_FILE).flatMap(CudaCode::of);
    }

    private Optional<Path> loadLibraries() {
        return libraries()
                .map(
                        found -> {
                            Optional<Path> refused =
                                    found.load(loader).map(CudaLibraries.Found::file);
                            shareRuntime(found);
                            return refused;
                        })
                .orElse(why -> Optional.empty());
    }

    /**
     * Has the suite call the CUDA runtime that the provider does: a machine may have several, and
     * the driver may be too old for the newest.
     */
    private static void shareRuntime(CudaLibraries libraries) {
        if (System.getProperty(Cuda.PATH_PROPERTY, "").isBlank()) {
            libraries.found().stream()
                    .filter(library -> library.name().startsWith("libcudart."))
                    .filter(library -> Files.isRegularFile(library.file()))
                    .findFirst()
                    .ifPresent(
                            library ->
                                    System.setProperty(
                                            Cuda.PATH_PROPERTY, library.file().toString()));
        }
    }

    /** An answer that is found on the first call and kept. */
    private static final class Once<T> implements Supplier<T> {
        private final Supplier<T> question;
        private Optional<T> answer = Optional.empty();

        Once(Supplier<T> question) {
            this.question = question;
        }

        @Override
        public synchronized T get() {
            if (answer.isEmpty()) {
                answer = Optional.of(question.get());
            }
            return answer.get();
        }
    }
}
