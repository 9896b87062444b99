package kvbench;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import kvbench.cache.CacheStrategy;
import kvbench.engine.CudaReadiness;
import kvbench.engine.Provider;
import kvbench.engine.SomeFacts;
import kvbench.gpu.Reading;
import kvbench.natives.CudaLibraries.Missing;
import kvbench.natives.CudaLibraries.Need;
import kvbench.ort.OrtLibrary;
import kvbench.verify.Agreement;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

class DoctorCommandTest {
    private static final Missing CUBLAS =
            new Missing(
                    "libcublas.so.12",
                    Need.REQUIRED,
                    List.of("/a/libcublas.so.12: expected x, found y."),
                    List.of("apt install libcublas-12-6", "pip install nvidia-cublas-cu12"));

    // ---- On this machine ----

    @Test
    void aMachineWithoutCudaIsFineAndSaysWhatIsMissing() throws IOException {
        Assumptions.assumeFalse(CudaReadiness.here().hasDriver(), "there is a driver here");
        List<Path> before = leftBehind();
        CommandRun run = CommandRun.of("doctor");
        assertAll(
                () -> assertEquals(0, run.exitCode(), run.out()),
                () -> assertEquals("", run.err()),
                () ->
                        assertLine(
                                run.out(),
                                "Ready: CPU. CUDA: not usable, since ONNX Runtime %s is built without CUDA; to mend it: build with -Pcuda12 or -Pcuda13, or with -Pcuda12-redist, which needs the driver only, or name such a library with -Dkvbench.onnxruntime=PATH."
                                        .formatted(OrtLibrary.get().version())),
                () ->
                        assertLine(
                                run.out(),
                                "ONNX Runtime         %s, %s"
                                        .formatted(
                                                OrtLibrary.get().version(),
                                                OrtLibrary.get().path())),
                () -> assertLine(run.out(), "  providers          CPUExecutionProvider"),
                () -> assertLine(run.out(), "trial on cpu         random-llama-7m, against none"),
                () ->
                        assertTrue(
                                run.out().contains("\n  static             fine: 24 of 24 tokens"),
                                run.out()),
                () -> assertEquals(before, leftBehind()));
    }

    @Test
    void whoeverAsksForCudaWhereThereIsNoneIsToldNo() throws IOException {
        Assumptions.assumeFalse(CudaReadiness.here().hasDriver(), "there is a driver here");
        CommandRun run = CommandRun.of("doctor", "--provider", "cuda", "--json");
        JsonNode root = new ObjectMapper().readTree(run.out());
        assertAll(
                () -> assertEquals(1, run.exitCode()),
                () -> assertEquals("cuda", root.path("provider").asText()),
                () -> assertTrue(root.path("ready").path("cpu").asBoolean()),
                () -> assertEquals(false, root.path("ready").path("cuda").asBoolean()),
                () -> assertEquals("runtime", root.at("/obstacles/0/part").asText()),
                () -> assertEquals("driver", root.at("/obstacles/1/part").asText()),
                () ->
                        assertEquals(
                                OrtLibrary.get().version(),
                                root.at("/onnxruntime/version").asText()),
                () -> assertEquals("none", root.at("/trials/0/reference").asText()),
                () -> assertEquals(24, root.at("/trials/0/strategies/0/tokens_equal").asInt()),
                () -> assertTrue(root.at("/trials/0/fine").asBoolean()));
    }

    @Test
    void whoeverAsksForTheCpuIsNotToldOfCuda() {
        CommandRun run = CommandRun.of("doctor", "--provider", "cpu");
        assertEquals(0, run.exitCode());
        assertTrue(run.out().endsWith("\nReady: CPU. CUDA: not asked for.\n"), run.out());
    }

    @Test
    void anUnknownProviderIsWrongUse() {
        CommandRun run = CommandRun.of("doctor", "--provider", "tpu");
        assertEquals(2, run.exitCode());
        assertEquals(
                "error: unknown provider \"tpu\": expected one of auto, cpu, cuda."
                        + System.lineSeparator(),
                run.err());
    }

    // ---- On other machines ----

    @Test
    void aMachineThatIsReadyRunsBoth() {
        Diagnosis diagnosis = diagnosis(Provider.AUTO, SomeFacts.ready());
        assertEquals("Ready: CPU, CUDA (NVIDIA H100).", diagnosis.verdict());
        assertEquals(List.of(), diagnosis.besides());
        assertEquals(0, diagnosis.exitCode());
        String text = DiagnosisText.of(diagnosis);
        assertAll(
                () -> assertLine(text, "NVIDIA driver        570.124.06, CUDA up to 12.8"),
                () ->
                        assertLine(
                                text,
                                "GPU 0                NVIDIA H100, GPU-01111111-2222, compute"
                                        + " capability 9.0"),
                () -> assertLine(text, "  memory             80.0 GiB, 69.0 GiB free"),
                () -> assertLine(text, "  MIG                off"),
                () -> assertLine(text, "  clocks held by     gpu idle"),
                () -> assertLine(text, "CUDA libraries       of CUDA 12"),
                () ->
                        assertLine(
                                text,
                                "  libcudart.so.12    12.6.77, %s"
                                        .formatted(Path.of("/cuda/libcudart.so.12"))),
                () -> assertLine(text, "device code          for compute capability 8.0, 9.0"),
                () -> assertLine(text, "trial on cuda        random-llama-7m, against none on cpu"),
                () ->
                        assertLine(
                                text,
                                "  dynamic            fine: 24 of 24 tokens equal, largest |logit"
                                        + " diff| 0.00100"));
    }

    @Test
    void aPathOfCudaThatIsNoFolderIsTold() throws IOException {
        Path nope = Path.of("/nope");
        Diagnosis diagnosis = diagnosis(Provider.AUTO, SomeFacts.ready().withAbsentFolders(nope));
        assertEquals(0, diagnosis.exitCode());
        assertLine(
                DiagnosisText.of(diagnosis),
                "CUDA path            %s: no such folder. Mend -Dkvbench.cuda.path or KVBENCH_CUDA_PATH"
                        .formatted(nope));
        assertEquals(
                nope.toString(),
                new ObjectMapper()
                        .readTree(DiagnosisJson.of(diagnosis))
                        .at("/cuda_libraries/absent_folders/0")
                        .asText());
    }

    @Test
    void bytesInJsonAreWholeNumbers() throws IOException {
        String json = DiagnosisJson.of(diagnosis(Provider.AUTO, SomeFacts.ready()));
        assertTrue(json.contains("\"memory_bytes\" : 85899345920,"), json);
        assertTrue(json.contains("\"free_bytes\" : 74088185856,"), json);
        assertTrue(json.matches("(?s).*\"usable_bytes\" : \\d+,.*"), json);
    }

    @Test
    void aDriverWithoutALibraryIsToldNoEvenByAuto() throws IOException {
        SomeFacts facts = SomeFacts.ready().lacking(CUBLAS);
        Diagnosis diagnosis = diagnosis(Provider.AUTO, facts);
        assertEquals(1, diagnosis.exitCode());
        assertEquals(0, diagnosis(Provider.CPU, facts).exitCode());
        assertEquals(
                "Ready: CPU. CUDA: not usable, since libcublas.so.12 of CUDA 12 is not found"
                        + " (/a/libcublas.so.12: expected x, found y); to mend it: apt install"
                        + " libcublas-12-6, or pip install nvidia-cublas-cu12, or name its folder"
                        + " with -Dkvbench.cuda.path=DIR.",
                diagnosis.verdict());
        String text = DiagnosisText.of(diagnosis);
        assertLine(
                text,
                "  libcublas.so.12    MISSING: apt install libcublas-12-6, or pip install"
                        + " nvidia-cublas-cu12");
        assertLine(text, "                     /a/libcublas.so.12: expected x, found y.");
        JsonNode missing =
                new ObjectMapper()
                        .readTree(DiagnosisJson.of(diagnosis))
                        .at("/cuda_libraries/missing/0");
        assertEquals("libcublas.so.12", missing.path("name").asText());
        assertEquals("apt install libcublas-12-6", missing.at("/sources/0").asText());
    }

    @Test
    void whatElseIsMissingStandsBelowTheVerdict() {
        assertEquals(
                List.of(
                        "Besides, since there is no driver of NVIDIA (libnvidia-ml.so.1 cannot be"
                                + " loaded); to mend it: install NVIDIA's driver on a machine with"
                                + " a GPU of theirs."),
                diagnosis(Provider.AUTO, SomeFacts.cpuOnly()).besides());
        assertEquals(List.of(), diagnosis(Provider.CPU, SomeFacts.cpuOnly()).besides());
    }

    @Test
    void aCpuThatGivesOtherTokensIsANo() {
        Diagnosis diagnosis =
                Diagnosis.of(
                        Provider.AUTO,
                        SomeFacts.cpuOnly().readiness(),
                        providers -> List.of(trial(Provider.CPU, OptionalInt.of(3), 0.2)));
        assertEquals(1, diagnosis.exitCode());
        assertTrue(
                diagnosis
                        .verdict()
                        .startsWith(
                                "Ready: nothing. CPU: not usable, since its tokens in the trial are"
                                    + " not those without a cache; to mend it: run verify"
                                    + " --provider cpu and report what it says. CUDA: not usable,"
                                    + " since ONNX"),
                diagnosis.verdict());
        assertTrue(
                DiagnosisText.of(diagnosis)
                        .contains("\n  dynamic            DIFFERS: 3 of 24 tokens equal"));
    }

    @Test
    void aCpuThatDoesNotRunCouldNotRun() {
        Diagnosis diagnosis =
                Diagnosis.of(
                        Provider.AUTO,
                        SomeFacts.cpuOnly().readiness(),
                        providers -> List.of(failed(Provider.CPU, "no memory.")));
        assertEquals(3, diagnosis.exitCode());
        assertTrue(
                diagnosis
                        .verdict()
                        .startsWith(
                                "Ready: nothing. CPU: not usable, since the trial failed: no"
                                        + " memory. CUDA: not usable, since ONNX Runtime"),
                diagnosis.verdict());
        assertLine(DiagnosisText.of(diagnosis), "  FAILED             no memory.");
    }

    @Test
    void whyNoRuntimeCanBeLoadedIsSaidOnce() {
        String why =
                "expected a library at /x.so, found no file there. Mend -Dkvbench.onnxruntime.";
        Diagnosis diagnosis =
                Diagnosis.of(
                        Provider.AUTO,
                        SomeFacts.cpuOnly().with(Reading.absent(why)).readiness(),
                        providers -> List.of(failed(Provider.CPU, why)));
        assertEquals(3, diagnosis.exitCode());
        assertEquals(
                "Ready: nothing, since no ONNX Runtime can be loaded; to mend it: see what is said"
                        + " of it above.",
                diagnosis.verdict());
        String text = DiagnosisText.of(diagnosis);
        assertLine(text, "ONNX Runtime         none: " + why);
        assertEquals(text.indexOf("/x.so"), text.lastIndexOf("/x.so"), text);
        assertFalse(text.contains("-Pcuda"), text);
    }

    @Test
    void cudaIsHeldToItsScoresNotToNearTies() {
        assertEquals(0, withCuda(trial(Provider.CUDA, OptionalInt.of(5), 0.019)).exitCode());
        Diagnosis far = withCuda(trial(Provider.CUDA, OptionalInt.empty(), 0.021));
        assertEquals(1, far.exitCode());
        assertEquals(
                "Ready: CPU. CUDA: not usable, since its scores in the trial are not those of the"
                    + " CPU; to mend it: run verify --provider cuda --reference cpu and report what"
                    + " it says.",
                far.verdict());
        Diagnosis failed = withCuda(failed(Provider.CUDA, "CreateSession: no kernel"));
        assertEquals(1, failed.exitCode());
        assertEquals(
                "Ready: CPU. CUDA: not usable, since the trial failed: CreateSession: no kernel.",
                failed.verdict());
    }

    private static Diagnosis withCuda(Trial cuda) {
        return Diagnosis.of(
                Provider.CUDA,
                SomeFacts.ready().readiness(),
                providers -> List.of(trial(Provider.CPU, OptionalInt.empty(), 1e-6), cuda));
    }

    private static Diagnosis diagnosis(Provider wanted, SomeFacts facts) {
        return Diagnosis.of(
                wanted,
                facts.readiness(),
                providers ->
                        providers.stream()
                                .map(provider -> trial(provider, OptionalInt.empty(), 0.001))
                                .toList());
    }

    private static Trial trial(Provider provider, OptionalInt firstDifference, double apart) {
        return new Trial(
                provider,
                provider == Provider.CPU ? "none" : "none on cpu",
                List.of(new Agreement(CacheStrategy.DYNAMIC, 24, firstDifference, apart, 1, 0.002)),
                Optional.empty());
    }

    private static Trial failed(Provider provider, String why) {
        return new Trial(provider, "none", List.of(), Optional.of(why));
    }

    private static void assertLine(String text, String line) {
        assertTrue(
                text.lines().anyMatch(line::equals), () -> "no line \"" + line + "\" in\n" + text);
    }

    private static List<Path> leftBehind() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("kvbench-doctor"))
                    .sorted()
                    .toList();
        }
    }
}
