package kvbench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import kvbench.matrix.RunRequest;
import kvbench.matrix.Shard;
import kvbench.natives.Platform;
import kvbench.reference.TinyFolder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** {@code -prof async} with no more said than that, in a fork. */
class FlameGraphTest {
    @TempDir Path temporary;

    @Test
    void thatOfADecodeLoopLandsInTheRunsFolder() throws IOException {
        assumeTrue(
                Platform.current().system().equals(Platform.LINUX),
                "tried on Linux only, since only there async-profiler is sure to be allowed to"
                        + " sample");
        // JMH names the profiler's folder by all parameters: as a whole longer than a name may be.
        Path deep = temporary.resolve("a-folder-deep-down/".repeat(12));
        Path model = TinyFolder.write(Files.createDirectories(deep).resolve("tiny"), 64);
        Path runs = temporary.resolve("runs");
        var out = new ByteArrayOutputStream();
        boolean fine;
        try (var print = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            fine =
                    Suite.run(
                            new RunRequest(
                                    List.of(
                                            ("DecodeStepBenchmark -p strategy=static -p depth=8 -f"
                                                            + " 1 -wi 0 -i 1 -r 500ms -prof"
                                                            + " async:output=flamegraph,collapsed"
                                                            + " -p model="
                                                            + model)
                                                    .split(" ")),
                                    runs,
                                    "flames",
                                    Shard.WHOLE,
                                    List.of(),
                                    OptionalLong.empty()),
                            print,
                            false);
        }
        assertTrue(fine, out.toString(StandardCharsets.UTF_8));
        List<Path> graphs = filesLike(runs, "flame-.*-forward\\.html");
        assertEquals(1, graphs.size(), out.toString(StandardCharsets.UTF_8));
        assertTrue(Files.readString(graphs.getFirst()).startsWith("<!DOCTYPE html>"));
        String log = Files.readString(filesLike(runs, "jmh\\.log").getFirst());
        assertTrue(log.contains("\n  " + graphs.getFirst() + "\n"), log);
        String stacks = Files.readString(filesLike(runs, "collapsed-.*").getFirst());
        assertTrue(stacks.contains("kvbench/bench/DecodeStepBenchmark.step;"), stacks);
        assertTrue(stacks.contains("libonnxruntime.so"), stacks);
    }

    private static List<Path> filesLike(Path folder, String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(name)).toList();
        }
    }
}
