package kvbench.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import kvbench.bench.TurnLog;
import kvbench.model.InputException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The turns that one fork left.
 *
 * <p>Of a fork that ended well all must be as it was written. Of one that died the last write may
 * have been torn at any byte, so what stands there is taken up to the first thing that is not as a
 * fork writes it; the rest is measured again.
 *
 * @param file where the rows stand, for complaints
 * @param rows of {@link TurnLog#TURNS_FILE}, without the head
 * @param tokens lines of {@link TurnLog#TOKENS_FILE}
 */
record ForkTurns(Path file, String rows, String tokens) {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Of a fork that is complete, or has not been run.
     *
     * @throws InputException if a file is not as a fork writes it
     */
    static ForkTurns ofComplete(Path fork) throws IOException {
        Path file = fork.resolve(TurnLog.TURNS_FILE);
        Path log = fork.resolve(TurnLog.TOKENS_FILE);
        return new ForkTurns(
                file,
                Files.exists(file) ? withoutHead(file, text(file)) : "",
                Files.exists(log) ? wholeLines(text(log)) : "");
    }

    /** Of a fork that died. */
    static ForkTurns ofDead(Path fork) throws IOException {
        Path file = fork.resolve(TurnLog.TURNS_FILE);
        String turns = readable(file);
        return new ForkTurns(
                file,
                turns.startsWith(TurnLog.header())
                        ? TurnLog.readable(turns.substring(TurnLog.header().length()))
                        : "",
                objects(readable(fork.resolve(TurnLog.TOKENS_FILE))));
    }

    /**
     * How many turns there are.
     *
     * @throws InputException if the rows are none
     */
    TurnLog.Counts counts() {
        try {
            return TurnLog.Counts.of(rows);
        } catch (IllegalArgumentException e) {
            throw broken(file, "rows that are none (" + e.getMessage() + ")", e);
        }
    }

    private static String withoutHead(Path file, String text) {
        if (!text.startsWith(TurnLog.header())) {
            throw InputException.unusable(
                    "%s: expected the turns of a fork as this version of the suite writes them, found another first line. Move the folder %s away and have the fork measured again with `bench --resume`."
                            .formatted(file, file.getParent()));
        }
        return wholeLines(text.substring(TurnLog.header().length()));
    }

    private static String wholeLines(String text) {
        return text.substring(0, text.lastIndexOf('\n') + 1);
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw broken(file, "other bytes than UTF-8", e);
        }
    }

    /** Whole lines up to the first byte that is no text. */
    private static String readable(Path file) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        // No character of UTF-8 takes fewer bytes than chars.
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        StandardCharsets.UTF_8.newDecoder().decode(bytes, text, true);
        return wholeLines(text.flip().toString());
    }

    private static String objects(String lines) {
        int end = 0;
        while (end < lines.length()) {
            int next = lines.indexOf('\n', end) + 1;
            if (object(lines.substring(end, next)).isEmpty()) {
                break;
            }
            end = next;
        }
        return lines.substring(0, end);
    }

    private static Optional<ObjectNode> object(String line) {
        try {
            return JSON.readTree(line) instanceof ObjectNode turn
                    ? Optional.of(turn)
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    static InputException broken(Path file, String found, Throwable cause) {
        return InputException.unusable(
                "%s: expected what a fork measured as this version of the suite writes it, found %s. Move the folder %s away and have the fork measured again with `bench --resume`."
                        .formatted(file, InputException.quote(found), file.getParent()),
                cause);
    }
}
