package kvbench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** What the script of a bundle starts, with a stand-in for its Java. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the script is one for a POSIX shell")
class BundleScriptTest {
    private static final Path SCRIPT = Path.of("src/build/bundle/bin/kvbench");
    private static final int EXIT_CODE = 3;

    @TempDir Path temporary;

    private Path bundle;

    @BeforeEach
    void copyTheBundle() throws IOException {
        bundle = temporary.toRealPath().resolve("a bundle");
        executable(bundle.resolve("bin/kvbench"), Files.readString(SCRIPT));
        executable(
                bundle.resolve("runtime/bin/java"),
                """
                #!/bin/sh
                printf '%%s\\n' "$0" "$@"
                exit %d
                """
                        .formatted(EXIT_CODE));
    }

    @Test
    void startsTheJarOnTheJavaBesideIt() throws Exception {
        assertEquals(
                List.of(
                        bundle + "/runtime/bin/java",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-jar",
                        bundle + "/benchmarks.jar"),
                run(temporary, bundle.resolve("bin/kvbench").toString()));
    }

    @Test
    void passesEveryArgumentAsItIs() throws Exception {
        List<String> said =
                run(
                        temporary,
                        bundle.resolve("bin/kvbench").toString(),
                        "generate",
                        "two  words",
                        "*",
                        "$HOME",
                        "");

        assertEquals(
                List.of("generate", "two  words", "*", "$HOME", ""), said.subList(5, said.size()));
    }

    @Test
    void findsItsFolderThroughLinks() throws Exception {
        Path links = Files.createDirectories(temporary.resolve("links"));
        Files.createSymbolicLink(links.resolve("absolute"), bundle.resolve("bin/kvbench"));
        Files.createSymbolicLink(links.resolve("relative"), Path.of("../links/absolute"));
        Files.createSymbolicLink(links.resolve("bin"), bundle.resolve("bin"));

        for (String name : List.of("links/absolute", "links/relative", "links/bin/kvbench")) {
            assertEquals(
                    bundle + "/runtime/bin/java", run(temporary, "./" + name).getFirst(), name);
        }
    }

    @Test
    void isFoundByNameAndFromItsOwnFolder() throws Exception {
        assertEquals(
                bundle + "/runtime/bin/java", run(bundle.resolve("bin"), "./kvbench").getFirst());
        assertEquals(
                bundle + "/runtime/bin/java",
                run(bundle.resolve("bin"), "/bin/sh", "kvbench").getFirst());
    }

    @Test
    void namesItselfForWhatTheSuiteTellsToRun() throws Exception {
        executable(
                bundle.resolve("runtime/bin/java"),
                "#!/bin/sh\necho \"$KVBENCH_COMMAND\"\nexit " + EXIT_CODE);
        assertEquals(List.of("bin/kvbench"), run(bundle, "bin/kvbench"));
    }

    private static void executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** What the stand-in says; with no more of an environment than a bare machine has. */
    private static List<String> run(Path folder, String... command)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command);
        builder.directory(folder.toFile()).redirectErrorStream(true).environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("CDPATH", "/");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(EXIT_CODE, process.waitFor(), said);
        return said.lines().toList();
    }
}
