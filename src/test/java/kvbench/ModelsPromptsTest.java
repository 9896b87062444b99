package kvbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import kvbench.checkpoint.ModelFolder;
import kvbench.reference.TinyFolder;
import kvbench.text.ConversationScript;
import kvbench.text.Scenarios;
import kvbench.text.Tokenizer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

class ModelsPromptsTest {
    @TempDir Path temporary;

    @Test
    void printsThePromptsOfAScriptedConversation() throws IOException {
        Path model = TinyFolder.write(temporary.resolve("tiny"), 64);
        CommandRun run = CommandRun.of("models", "prompts", model.toString(), "--turns", "2");
        assertEquals(ExitCode.FINE, run.exitCode(), run.err());
        JsonNode root = new ObjectMapper().readTree(run.out());
        assertEquals("tiny", root.path("model").asText());
        assertEquals("insurance_claim_auto", root.path("scenario").asText());
        assertEquals(2, root.path("prompts").size());
        try (Tokenizer tokenizer = Tokenizer.open(ModelFolder.find(model.toString()).tokenizer())) {
            ConversationScript script =
                    ConversationScript.of(Scenarios.load("insurance_claim_auto"), tokenizer, 2);
            for (int turn = 0; turn < 2; turn++) {
                JsonNode prompt = root.path("prompts").path(turn);
                assertEquals(
                        Arrays.toString(script.scriptedPrompt(turn)),
                        Arrays.toString(
                                IntStream.range(0, prompt.size())
                                        .map(i -> prompt.path(i).asInt())
                                        .toArray()));
            }
        }
    }

    @Test
    void refusesMoreTurnsThanThereAre() {
        Path model = TinyFolder.write(temporary.resolve("tiny"), 64);
        CommandRun run = CommandRun.of("models", "prompts", model.toString(), "--turns", "16");
        assertEquals(ExitCode.WRONG_USE, run.exitCode());
        assertTrue(
                run.err()
                        .startsWith(
                                "error: turns: expected 1 to 15, as many as scenario"
                                        + " insurance_claim_auto has, found 16."),
                run.err());
    }
}
