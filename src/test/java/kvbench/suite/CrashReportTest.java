package kvbench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.runner.options.CommandLineOptions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

class CrashReportTest {
    @Test
    void goesToTheForksFolderWhoseNameIsTakenAsItIs() throws Exception {
        assertEquals(
                Optional.of("-XX:ErrorFile=/runs/100%%p/hs_err_pid%p.log"),
                CrashReport.option(
                        Path.of("/runs/100%p"),
                        new CommandLineOptions("-jvmArgsAppend", "-Xmx1g")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-jvmArgs", "-jvmArgsAppend", "-jvmArgsPrepend"})
    void goesWhereTheUserSays(String option) throws Exception {
        assertEquals(
                Optional.empty(),
                CrashReport.option(
                        Path.of("/runs"),
                        new CommandLineOptions(option, "-Xmx1g -XX:ErrorFile=/elsewhere")));
    }

    @Test
    void isFoundByItsName(@TempDir Path folder) throws IOException {
        Files.createFile(folder.resolve("turns.csv"));
        assertEquals(Optional.empty(), CrashReport.in(folder));
        Path report = Files.createFile(folder.resolve("hs_err_pid17.log"));
        assertEquals(Optional.of(report), CrashReport.in(folder));
    }
}
