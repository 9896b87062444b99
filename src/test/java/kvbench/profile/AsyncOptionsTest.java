package kvbench.profile;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import kvbench.model.InputException;
import kvbench.natives.Platform;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.profile.ProfilerFactory;
import org.openjdk.jmh.runner.options.ProfilerConfig;

import java.nio.file.Files;
import java.util.List;
import java.util.Set;

/** {@code -prof async} needs no path; and what a user says of it counts. */
class AsyncOptionsTest {
    private static final String FOLDER = "dir=/results/of/a/run";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                       | libPath=PATH;event=EVENT;output=flamegraph;dir=/results/of/a/run
                    interval=1000000         | interval=1000000;libPath=PATH;event=EVENT;output=flamegraph;dir=/results/of/a/run
                    event=wall               | event=wall;libPath=PATH;output=flamegraph;dir=/results/of/a/run
                    ev=wall                  | ev=wall;libPath=PATH;output=flamegraph;dir=/results/of/a/run
                    alloc                    | alloc;libPath=PATH;output=flamegraph;dir=/results/of/a/run
                    alloc=64k;lock;output=jfr | alloc=64k;lock;output=jfr;libPath=PATH;dir=/results/of/a/run
                    output=text,tree         | output=text,tree;libPath=PATH;event=EVENT;dir=/results/of/a/run
                    dir=/mine                | dir=/mine;libPath=PATH;event=EVENT;output=flamegraph
                    libPath=/my/lib.so       | libPath=/my/lib.so;output=flamegraph;dir=/results/of/a/run
                    """)
    void whatTheUserGaveComesFirstAndIsKept(String given, String expected) {
        requireLibrary();
        AsyncLibrary library = AsyncLibrary.get();

        assertEquals(
                expected.replace("PATH", library.path().toString())
                        .replace("EVENT", library.event()),
                new AsyncOptions(given).completed(List.of(FOLDER)));
    }

    @Test
    void jmhTakesItAsItIsCompleted() {
        requireLibrary();

        assertDoesNotThrow(
                () ->
                        ProfilerFactory.getProfilerOrException(
                                new ProfilerConfig(
                                        "async", new AsyncOptions("").completed(List.of(FOLDER)))));
    }

    @Test
    void theLibraryIsAFileAndTheEventOneThatWasTried() {
        requireLibrary();
        AsyncLibrary library = AsyncLibrary.get();

        assertTrue(Files.isRegularFile(library.path()), library.toString());
        assertTrue(Set.of("cpu", "ctimer").contains(library.event()), library.toString());
        assertEquals(library.event().equals("ctimer"), library.remark().isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dir=/a,b", "dir=/a;b", "dir=/100%"})
    void refusesAPathThatTheProfilerWouldTakeApart(String option) {
        assertEquals(
                "-prof async: expected a path without comma, semicolon and percent sign, found %s. Choose another folder for results (--out), or for the user's cache (XDG_CACHE_HOME)."
                        .formatted(option),
                assertThrows(
                                InputException.class,
                                () -> new AsyncOptions("").completed(List.of(option)))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({"windows, x64", "linux, riscv64", "freebsd, x64"})
    void saysWhereThereIsNoLibrary(String system, String processor) {
        assertEquals(
                "-prof async: expected Linux on x64 or arm64, or macOS, since async-profiler is built for no other, found %s-%s. Leave it out, or try -prof stack, which takes its samples in Java."
                        .formatted(system, processor),
                assertThrows(
                                InputException.class,
                                () -> AsyncLibrary.unpacked(new Platform(system, processor)))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({"linux, x64", "linux, arm64", "macos, x64", "macos, arm64"})
    void whereThereIsOneItIsUnpacked(String system, String processor) {
        assertTrue(Files.isRegularFile(AsyncLibrary.unpacked(new Platform(system, processor))));
    }

    private static void requireLibrary() {
        Platform here = Platform.current();
        assumeTrue(
                here.system().equals(Platform.MACOS)
                        || Set.of("linux-x64", "linux-arm64").contains(here.toString()),
                "async-profiler has no library for " + here);
    }
}
