package kvbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import kvbench.reference.TinyFolder;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class PlanCommandTest {
    @TempDir Path temporary;

    private Path model;

    @BeforeEach
    void writeModel() {
        model = TinyFolder.write(temporary.resolve("tiny"), 512);
    }

    @Test
    void printsTablesAndMakesNoFolder() {
        CommandRun run = plan("--no-probe", "Prefill", "-p", "promptTokens=64");
        assertEquals(ExitCode.FINE, run.exitCode(), run.err());
        assertTrue(run.out().startsWith("PrefillBenchmark.prefill: "), run.out());
        assertTrue(run.out().contains("no probe: times are those of a small machine"), run.out());
        assertFalse(Files.exists(temporary.resolve("results")));
    }

    @Test
    void printsJson() throws IOException {
        CommandRun run = plan("--no-probe", "--json", "DecodeStep", "-p", "depth=8,600", "-f", "2");
        assertEquals(ExitCode.FINE, run.exitCode(), run.err());
        JsonNode root = new ObjectMapper().readTree(run.out());
        assertEquals(3, root.path("cells").asInt());
        assertEquals(6, root.path("forks").asInt());
        JsonNode dynamic = root.path("arms").path(1);
        assertEquals("dynamic", dynamic.path("params").path("strategy").asText());
        assertEquals(8 * 128, dynamic.path("kv_held_bytes").asLong());
        assertEquals(17 * 128, dynamic.path("kv_peak_bytes").asLong());
        long arena =
                dynamic.path("kv_peak_bytes").asLong() + dynamic.path("activation_bytes").asLong();
        assertEquals(
                arena
                        + arena / 32
                        + dynamic.path("weights_mapped_bytes").asLong()
                        + dynamic.path("weights_private_bytes").asLong(),
                dynamic.path("host_bytes").asLong());
        assertEquals(0, dynamic.path("device_bytes").asLong());
        assertEquals(
                "601 tokens exceed the context length of tiny, 512",
                root.path("not_run").path(0).path("reason").asText());
        assertEquals(
                root.path("models").path(0).path("weights_mapped_bytes"),
                root.path("models").path(0).path("to_make").path("bytes"));
    }

    @Test
    void answersNoWhereNothingCanRun() {
        CommandRun run =
                plan("--no-probe", "DecodeStep", "-p", "depth=1000000000", "-p", "threads=1");
        assertEquals(ExitCode.ANSWER_IS_NO, run.exitCode(), run.err());
        assertEquals(
                "not run: DecodeStepBenchmark.step model=%s provider=auto threads=1 depth=1000000000 capacity=fit strategy=none,dynamic,static: 1,000,000,001 tokens exceed the context length of tiny, 512"
                        .formatted(model),
                run.out().strip().replaceAll("\\s+", " "));
    }

    @Test
    void refusesWhatBenchRefuses() {
        CommandRun unknown = plan("-p", "flavour=mint");
        assertEquals(ExitCode.WRONG_USE, unknown.exitCode());
        assertTrue(unknown.err().startsWith("error: unknown parameter \"flavour\": "));
        CommandRun huge = plan("Generation", "-p", "tokenBudget=10000000000");
        assertEquals(ExitCode.WRONG_USE, huge.exitCode());
        assertEquals(
                "error: parameter tokenBudget: expected a whole number from 1 to 1073741823, found"
                        + " \"10000000000\".",
                huge.err().strip());
        CommandRun shard = plan("--shard", "0/3");
        assertEquals(ExitCode.WRONG_USE, shard.exitCode());
    }

    private CommandRun plan(String... options) {
        var words = new ArrayList<>(List.of("plan", "--out", temporary + "/results"));
        words.addAll(List.of(options));
        words.addAll(List.of("-p", "model=" + model));
        return CommandRun.of(words.toArray(String[]::new));
    }
}
