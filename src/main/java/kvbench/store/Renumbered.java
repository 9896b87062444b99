package kvbench.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import kvbench.bench.TurnLog;
import kvbench.model.InputException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The turns of a fork that gets another number within its cell.
 *
 * @param fork the folder they come from
 * @param turns what it left
 * @param number the new one
 */
record Renumbered(Path fork, ForkTurns turns, int number) {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Writes what files there were into another folder.
     *
     * @throws InputException if a row or a line is none
     */
    void write(Path folder) throws IOException {
        if (Files.exists(fork.resolve(TurnLog.TURNS_FILE))) {
            Files.writeString(folder.resolve(TurnLog.TURNS_FILE), rows());
        }
        if (Files.exists(fork.resolve(TurnLog.TOKENS_FILE))) {
            Files.writeString(folder.resolve(TurnLog.TOKENS_FILE), tokens());
        }
    }

    private String rows() {
        try {
            return TurnLog.renumbered(TurnLog.header() + turns.rows(), number);
        } catch (IllegalArgumentException e) {
            throw ForkTurns.broken(turns.file(), "rows that are none (" + e.getMessage() + ")", e);
        }
    }

    private String tokens() throws IOException {
        var lines = new StringBuilder();
        for (String line : turns.tokens().lines().toList()) {
            lines.append(JSON.writeValueAsString(turn(line).put("fork", number))).append('\n');
        }
        return lines.toString();
    }

    private ObjectNode turn(String line) {
        Path file = fork.resolve(TurnLog.TOKENS_FILE);
        try {
            if (JSON.readTree(line) instanceof ObjectNode turn) {
                return turn;
            }
            throw ForkTurns.broken(file, "a line that is no JSON object", null);
        } catch (JsonProcessingException e) {
            throw ForkTurns.broken(file, "a line that is no JSON", e);
        }
    }
}
