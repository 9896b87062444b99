package kvbench.engine;

import kvbench.engine.CudaFacts.Driver;
import kvbench.engine.CudaFacts.Gpu;
import kvbench.engine.CudaFacts.OrtBuild;
import kvbench.engine.Obstacle.Part;
import kvbench.natives.CudaCode;
import kvbench.natives.CudaFolders;
import kvbench.natives.CudaLibraries;
import kvbench.natives.Platform;
import kvbench.ort.OrtLibrary;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What CUDA needs, one check after the other.
 *
 * @param facts what is here
 */
record CudaChecks(CudaFacts facts) {
    private static final String PROFILES = "build with -Pcuda12 or -Pcuda13";

    /** The CUDA of the oldest build that a profile brings. */
    private static final int OLDEST_PROFILE = 12;

    /** What is missing, in the order of {@link Part}; each is looked for when it is asked for. */
    Stream<Obstacle> obstacles() {
        return Stream.<Supplier<Optional<Obstacle>>>of(
                        this::system,
                        this::runtime,
                        this::driver,
                        this::device,
                        this::providerFiles,
                        this::driversCuda,
                        this::libraries,
                        this::code,
                        this::loader)
                .flatMap(check -> check.get().stream());
    }

    // ---- The system and ONNX Runtime ----

    private Optional<Obstacle> system() {
        Platform platform = facts.platform();
        return when(
                !platform.system().equals(Platform.LINUX),
                () ->
                        new Obstacle(
                                Part.SYSTEM,
                                "Linux",
                                platform.toString(),
                                "this suite runs CUDA on Linux only, and this is " + platform,
                                "take a Linux machine with a GPU of NVIDIA"));
    }

    private Optional<Obstacle> runtime() {
        String expected = "an ONNX Runtime built with CUDA";
        return facts.runtime()
                .map(
                        build ->
                                when(
                                        !build.hasCuda(),
                                        () ->
                                                new Obstacle(
                                                        Part.RUNTIME,
                                                        expected,
                                                        "%s (%s) with %s"
                                                                .formatted(
                                                                        build.version(),
                                                                        build.path(),
                                                                        String.join(
                                                                                ", ",
                                                                                build.providers())),
                                                        "ONNX Runtime %s is built without CUDA"
                                                                .formatted(build.version()),
                                                        "%s, or with -Pcuda12-redist, which needs the driver only, or name such a library with -D%s=PATH"
                                                                .formatted(
                                                                        PROFILES,
                                                                        OrtLibrary.PATH_PROPERTY))))
                .orElse(
                        why ->
                                Optional.of(
                                        new Obstacle(
                                                Part.RUNTIME,
                                                expected,
                                                "none that can be loaded (%s)".formatted(why),
                                                "no ONNX Runtime can be loaded (%s)".formatted(why),
                                                "mend that, or name another library with -D%s=PATH"
                                                        .formatted(OrtLibrary.PATH_PROPERTY))));
    }

    // ---- The driver and its devices ----

    private Optional<Obstacle> driver() {
        return facts.driver()
                .map(driver -> Optional.<Obstacle>empty())
                .orElse(
                        why ->
                                Optional.of(
                                        facts.kernelDriver()
                                                .map(version -> silent(version, why))
                                                .orElseGet(() -> absent(why))));
    }

    private static Obstacle absent(String why) {
        return new Obstacle(
                Part.DRIVER,
                "a driver of NVIDIA",
                "none (%s)".formatted(why),
                "there is no driver of NVIDIA (%s)".formatted(why),
                "install NVIDIA's driver on a machine with a GPU of theirs");
    }

    private static Obstacle silent(String version, String why) {
        return new Obstacle(
                Part.DRIVER,
                "a driver of NVIDIA that answers this process",
                "%s, which does not (%s)".formatted(version, why),
                "the driver of NVIDIA on this machine, %s, does not answer (%s)"
                        .formatted(version, why),
                "give a container its GPUs (docker run --gpus all), or install the driver again");
    }

    private Optional<Obstacle> device() {
        return facts.driver()
                .map(
                        driver ->
                                driver.gpus()
                                        .map(this::device)
                                        .orElse(why -> Optional.of(untold(why))))
                .orElse(why -> Optional.empty());
    }

    private static Obstacle untold(String why) {
        return new Obstacle(
                Part.DEVICE,
                "a GPU",
                "that the driver does not tell of any (%s)".formatted(why),
                "the driver does not tell its GPUs (%s)".formatted(why),
                "see what nvidia-smi says");
    }

    private Optional<Obstacle> device(List<Gpu> all) {
        if (all.isEmpty()) {
            return Optional.of(
                    new Obstacle(
                            Part.DEVICE,
                            "a GPU",
                            "none that the driver sees",
                            "the driver sees no GPU",
                            "give a container its GPUs (docker run --gpus all), or see what"
                                    + " nvidia-smi says"));
        }
        Optional<String> variable = facts.visibleDevices();
        return when(
                VisibleGpus.of(all, variable).isEmpty(),
                () -> {
                    String setting =
                            "CUDA_VISIBLE_DEVICES=\"%s\"".formatted(variable.orElseThrow());
                    return new Obstacle(
                            Part.DEVICE,
                            "a GPU that CUDA may use",
                            "%s, which names none of the %d here".formatted(setting, all.size()),
                            "%s names no GPU of this machine".formatted(setting),
                            "unset CUDA_VISIBLE_DEVICES, or name one by its number or UUID");
                });
    }

    // ---- The provider, what it needs, and what it is compiled for ----

    private boolean hasProvider() {
        return facts.runtime().map(OrtBuild::hasCuda).orElse(why -> false)
                && facts.missingProviderFiles().isEmpty();
    }

    private Optional<Obstacle> providerFiles() {
        if (!facts.runtime().map(OrtBuild::hasCuda).orElse(why -> false)) {
            return Optional.empty();
        }
        return facts.missingProviderFiles().stream().findFirst().map(CudaChecks::notBeside);
    }

    private static Obstacle notBeside(Path file) {
        return new Obstacle(
                Part.LIBRARIES,
                "%s beside ONNX Runtime's library".formatted(file.getFileName()),
                "no file at " + file,
                "ONNX Runtime's own %s is not beside its library".formatted(file.getFileName()),
                "put all files of that ONNX Runtime into %s".formatted(file.getParent()));
    }

    private Optional<Obstacle> driversCuda() {
        if (!hasProvider()) {
            return Optional.empty();
        }
        OptionalInt built =
                facts.libraries().map(CudaLibraries::cudaMajor).orElse(why -> OptionalInt.empty());
        Optional<String> supported =
                facts.driver().then(Driver::cuda).map(Optional::of).orElse(why -> Optional.empty());
        if (built.isEmpty() || supported.isEmpty()) {
            return Optional.empty();
        }
        int major = built.getAsInt();
        return when(
                majorOf(supported.get()) < major,
                () ->
                        new Obstacle(
                                Part.DRIVER,
                                "a driver for CUDA %d, which ONNX Runtime is built with"
                                        .formatted(major),
                                "one for CUDA %s at most".formatted(supported.get()),
                                "ONNX Runtime is built with CUDA %d and the driver supports CUDA %s at most"
                                        .formatted(major, supported.get()),
                                major > OLDEST_PROFILE
                                        ? "build with -Pcuda12, or install a newer driver"
                                        : "install a newer driver"));
    }

    private static int majorOf(String version) {
        String major = version.replaceFirst("\\..*", "");
        return major.matches("\\d{1,4}") ? Integer.parseInt(major) : Integer.MAX_VALUE;
    }

    private Optional<Obstacle> libraries() {
        if (!hasProvider()) {
            return Optional.empty();
        }
        return facts.libraries()
                .map(found -> found.firstMissing().map(missing -> missing(missing, found)))
                .orElse(
                        why ->
                                Optional.of(
                                        new Obstacle(
                                                Part.LIBRARIES,
                                                "a provider library whose needs can be read",
                                                "that they cannot (%s)".formatted(stripped(why)),
                                                "what ONNX Runtime's provider needs cannot be read (%s)"
                                                        .formatted(stripped(why)),
                                                "get that ONNX Runtime again")));
    }

    private Obstacle missing(CudaLibraries.Missing library, CudaLibraries found) {
        if (library.name().equals(CudaLibraries.OF_DRIVER)) {
            return new Obstacle(
                    Part.DRIVER,
                    "%s of NVIDIA's driver, which ONNX Runtime's provider needs"
                            .formatted(library.name()),
                    "that the system's loader does not find it",
                    "%s of NVIDIA's driver is not found".formatted(library.name()),
                    "%s, or give a container its GPUs (docker run --gpus all)"
                            .formatted(String.join(", or ", library.sources())));
        }
        String needed =
                found.cudaMajor().isPresent()
                        ? "%s of CUDA %d".formatted(library.name(), found.cudaMajor().getAsInt())
                        : library.name();
        String refused =
                Stream.concat(
                                library.refused().stream(),
                                facts.absentFolders().stream().map("%s: no such folder"::formatted))
                        .findFirst()
                        .map(why -> " (%s)".formatted(stripped(why)))
                        .orElse("");
        return new Obstacle(
                Part.LIBRARIES,
                needed + ", which ONNX Runtime's provider needs",
                "none" + refused,
                "%s is not found%s".formatted(needed, refused),
                "%s, or name its folder with -D%s=DIR"
                        .formatted(
                                String.join(", or ", library.sources()),
                                CudaFolders.PATH_PROPERTY));
    }

    private Optional<Obstacle> code() {
        List<Gpu> visible = VisibleGpus.of(facts);
        if (!hasProvider() || visible.isEmpty()) {
            return Optional.empty();
        }
        Optional<CudaCode> code = facts.code();
        return code.flatMap(
                built ->
                        when(
                                visible.stream().noneMatch(gpu -> canRun(gpu, built)),
                                () -> noCode(visible, built)));
    }

    /** A GPU that does not tell what it is gets the benefit of the doubt. */
    private static boolean canRun(Gpu gpu, CudaCode code) {
        return gpu.capability()
                .map(capability -> code.runsOn(capability.number()))
                .orElse(why -> true);
    }

    private static Obstacle noCode(List<Gpu> visible, CudaCode code) {
        String gpus =
                visible.stream()
                        .map(
                                gpu ->
                                        "%s (%s)"
                                                .formatted(
                                                        gpu.name()
                                                                .orElse(
                                                                        why ->
                                                                                "GPU "
                                                                                        + gpu
                                                                                                .index()),
                                                        gpu.capability()
                                                                .map(Object::toString)
                                                                .orElse(why -> "unknown")))
                        .distinct()
                        .collect(Collectors.joining(", "));
        return new Obstacle(
                Part.CODE,
                "a GPU of a compute capability that ONNX Runtime has code for (%s)".formatted(code),
                gpus,
                "this ONNX Runtime has code for compute capabilities %s and none for %s"
                        .formatted(code, gpus),
                "%s, whichever this is not, or bring another GPU".formatted(PROFILES));
    }

    private Optional<Obstacle> loader() {
        if (!hasProvider() || driver().isPresent() || libraries().isPresent()) {
            return Optional.empty();
        }
        return facts.refused()
                .map(
                        file ->
                                new Obstacle(
                                        Part.LIBRARIES,
                                        "a CUDA library that the system's loader takes",
                                        "that it refuses " + file,
                                        "the system's loader refuses " + file,
                                        "see what `ldd %s` misses".formatted(file)));
    }

    private static String stripped(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private static Optional<Obstacle> when(boolean missing, Supplier<Obstacle> obstacle) {
        return missing ? Optional.of(obstacle.get()) : Optional.empty();
    }
}
