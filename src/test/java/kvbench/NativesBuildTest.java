package kvbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.tools.ant.BuildEvent;
import org.apache.tools.ant.BuildException;
import org.apache.tools.ant.DefaultLogger;
import org.apache.tools.ant.Project;
import org.apache.tools.ant.ProjectHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/** Which natives the build chooses, with made-up folders for those of the system. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "builds for CUDA are for Linux")
class NativesBuildTest {
    private static final List<String> CUDA_13 =
            List.of("libcudart.so.13", "libcublas.so.13", "libcublasLt.so.13");
    private static final List<String> CUDA_12 =
            List.of("libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcurand.so.10");
    private static final String CUDNN = "libcudnn.so.9";

    private static final String LACKS_12 =
            "libcudart.so.12 libcublas.so.12 libcublasLt.so.12 libcurand.so.10";
    private static final String LACKS_13 =
            "libcudart.so.13 libcublas.so.13 libcublasLt.so.13 libcudnn.so.9";

    @TempDir Path folder;

    private final List<String> said = new ArrayList<>();

    @Test
    void withoutADriverTheCpuIsTakenAndNothingIsSaid() throws IOException {
        installed("usr/local/cuda/lib64", CUDA_12);

        assertEquals("cpu", choice(Map.of()));
        assertEquals(List.of(), said);
    }

    @Test
    void aDriverAndCuda13WithCudnnTakeThatBuild() throws IOException {
        driver();
        installed("usr/local/cuda-13.0/targets/x86_64-linux/lib", CUDA_13);
        installed("usr/lib/x86_64-linux-gnu", List.of(CUDNN));
        installed("usr/local/cuda-12.6/lib64", CUDA_12);

        assertEquals(
                "cuda13: there is a driver (%s) and CUDA 13; -Pcpu refuses it".formatted(driver()),
                choice(Map.of()));
        assertEquals(
                List.of(
                        "natives: cuda13: there is a driver (%s) and CUDA 13; -Pcpu refuses it"
                                .formatted(driver())),
                said);
    }

    @Test
    void cuda13WithoutCudnnGivesWayToCuda12() throws IOException {
        driver();
        installed("usr/local/cuda-13.0/lib64", CUDA_13);
        installed("usr/lib/x86_64-linux-gnu", CUDA_12);

        assertEquals(
                "cuda12: there is a driver (%s) and CUDA 12; CUDA 13 lacks libcudnn.so.9; -Pcpu refuses it"
                        .formatted(driver()),
                choice(Map.of()));
    }

    @Test
    void librariesOfTheLoadersPathCount() throws IOException {
        driver();
        Path mine = installed("home/mine", CUDA_12);

        assertTrue(
                choice(Map.of("env.LD_LIBRARY_PATH", "/nowhere:" + mine)).startsWith("cuda12: "));
    }

    @Test
    void aDriverAloneTakesTheRedistributable() throws IOException {
        driver();
        installed("usr/local/cuda/lib64", List.of("libcudart.so.12"));

        assertEquals(
                "cuda12-redist: there is a driver (%s), CUDA 13 lacks %s, CUDA 12 lacks %s; -Pcpu refuses it"
                        .formatted(driver(), LACKS_13, LACKS_12.replace("libcudart.so.12 ", "")),
                choice(Map.of()));
    }

    @Test
    void whatIsAskedForWins() throws IOException {
        driver();
        installed("usr/local/cuda/lib64", CUDA_12);

        assertEquals("cpu: -Pcpu asks for it", choice(Map.of("natives.cpu", "true")));
        assertEquals("cuda13: -Pcuda13 asks for it", choice(Map.of("natives.cuda13", "true")));
        assertEquals("cuda12: -Pcuda12 asks for it", choice(Map.of("natives.cuda12", "true")));
        assertEquals(
                "cuda12-redist: -Pcuda12-redist asks for it",
                choice(Map.of("natives.cuda12", "true", "natives.redist", "true")));
    }

    @Test
    void otherPlatformsAreToldThatTheyHaveTheCpu() throws IOException {
        driver();

        assertEquals(
                "cpu: this is Linux on aarch64, and builds for CUDA are for Linux on x64",
                choice(Map.of("os.arch", "aarch64")));
        assertEquals(
                "cpu: this is Mac OS X on aarch64, and builds for CUDA are for Linux on x64",
                choice(
                        Map.of(
                                "os.name", "Mac OS X",
                                "os.arch", "aarch64",
                                "natives.cuda12", "true")));
    }

    @Test
    void aDriverThatWasNamedAndIsNotThereIsTold() throws IOException {
        assertEquals(
                "cpu: no driver is at " + folder.resolve("none"),
                choice(Map.of("kvbench.driver", folder.resolve("none").toString())));
    }

    @Test
    void contradictionsAreRefused() {
        String several =
                "expected one of -Pcpu, -Pcuda12 and -Pcuda13, found more than one. Leave out all"
                        + " but one.";
        assertEquals(several, refusal(Map.of("natives.cpu", "true", "natives.cuda12", "true")));
        assertEquals(several, refusal(Map.of("natives.cpu", "true", "natives.cuda13", "true")));
        assertEquals(several, refusal(Map.of("natives.cpu", "true", "natives.redist", "true")));
        assertEquals(several, refusal(Map.of("natives.cuda12", "true", "natives.cuda13", "true")));
        assertEquals(
                "expected -Pcuda12-redist alone or with -Pcuda12, found it with -Pcuda13: its"
                        + " libraries are those of CUDA 12. Leave one of them out.",
                refusal(Map.of("natives.redist", "true", "natives.cuda13", "true")));
    }

    @Test
    void onlyTheChosenBuildIsUnpackedAndTheOthersGo() throws IOException {
        file("natives/onnxruntime-cuda12/libonnxruntime.so");
        file("natives/onnxruntime-cuda12/.unpacked/marker");
        file("natives/onnxruntime-cuda13/libonnxruntime.so.1");

        choice(Map.of("natives.cuda12", "true"));

        assertEquals(List.of("false", "true", "true"), skips());
        assertEquals(
                List.of(
                        "onnxruntime-cuda12/.unpacked/marker",
                        "onnxruntime-cuda12/libonnxruntime.so"),
                files("natives"));

        choice(Map.of("natives.cpu", "true"));

        assertEquals(List.of("true", "true", "true"), skips());
        assertFalse(Files.exists(folder.resolve("natives")));
    }

    @Test
    void halfAnUnpackedCudaIsNotTakenForAWholeOne() throws IOException {
        Map<String, String> redist = Map.of("natives.redist", "true");
        file("cache/cuda.part/libcudart.so.12");

        choice(redist);
        assertEquals(List.of("false", "true", "false"), skips());
        run("place-cuda", redist);
        assertFalse(Files.exists(folder.resolve("cache/cuda")), "no marker, not whole");
    }

    @Test
    void aWholeCudaIsKeptOnceAndLinkedBesideTheJar() throws IOException {
        Map<String, String> redist = Map.of("natives.redist", "true");
        Path link = folder.resolve("natives/cuda-12.6");
        file("natives/onnxruntime-cuda12/libonnxruntime.so");
        file("cache/cuda.part/libcudart.so.12");
        file("cache/cuda.part/.unpacked/marker");

        choice(redist);
        run("place-cuda", redist);
        assertEquals(List.of("libcudart.so.12"), files("cache/cuda"));
        assertFalse(Files.exists(folder.resolve("cache/cuda.part")));
        assertTrue(Files.isSymbolicLink(link));
        assertTrue(Files.exists(link.resolve("libcudart.so.12")));

        choice(redist);
        assertEquals(List.of("false", "true", "true"), skips());
        run("place-cuda", redist);
        assertTrue(Files.exists(link.resolve("libcudart.so.12")));

        choice(Map.of("natives.cpu", "true"));
        assertFalse(Files.exists(link));
        assertEquals(List.of("libcudart.so.12"), files("cache/cuda"));
    }

    private Path driver() throws IOException {
        Path driver = folder.resolve("driver");
        return Files.exists(driver) ? driver : Files.createFile(driver);
    }

    private Path installed(String where, List<String> libraries) throws IOException {
        for (String library : libraries) {
            file("root/" + where + "/" + library);
        }
        return folder.resolve("root").resolve(where);
    }

    private void file(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
    }

    private List<String> files(String parent) throws IOException {
        Path root = folder.resolve(parent);
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private String refusal(Map<String, String> properties) {
        return assertThrows(BuildException.class, () -> run("choose", properties)).getMessage();
    }

    /** What was chosen; there is a driver where {@link #driver} made it. */
    private String choice(Map<String, String> properties) throws IOException {
        run("choose", properties);
        return written().getProperty("natives.choice");
    }

    /** Whether Maven skips the build for CUDA 12, that for CUDA 13, and CUDA itself. */
    private List<String> skips() throws IOException {
        return Stream.of("cuda12", "cuda13", "redist")
                .map("skips."::concat)
                .map(written()::getProperty)
                .toList();
    }

    private Properties written() throws IOException {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(folder.resolve("choices"))) {
            properties.load(reader);
        }
        return properties;
    }

    private void run(String target, Map<String, String> properties) {
        said.clear();
        var project = new Project();
        project.addBuildListener(new Echoes());
        project.init();
        properties.forEach(project::setUserProperty);
        Map.of(
                        "os.name", "Linux",
                        "os.arch", "amd64",
                        "env.LD_LIBRARY_PATH", "",
                        "natives.folder", folder.resolve("natives").toString(),
                        "natives.choices", folder.resolve("choices").toString(),
                        "kvbench.cuda.root", folder.resolve("root").toString(),
                        "kvbench.cuda.cache", folder.resolve("cache/cuda").toString())
                .forEach(
                        (name, value) -> {
                            if (!properties.containsKey(name)) {
                                project.setUserProperty(name, value);
                            }
                        });
        if (Files.exists(folder.resolve("driver"))) {
            project.setUserProperty("kvbench.driver", folder.resolve("driver").toString());
        }
        ProjectHelper.configureProject(project, Path.of("src/build/natives.xml").toFile());
        project.executeTarget(target);
    }

    /** Keeps what the build file tells a user. */
    private final class Echoes extends DefaultLogger {
        @Override
        public void messageLogged(BuildEvent event) {
            if (event.getTask() != null && event.getTask().getTaskName().equals("echo")) {
                said.add(event.getMessage());
            }
        }
    }
}
