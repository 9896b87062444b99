package kvbench.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

import kvbench.model.InputException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the small text files of a model, trusting neither their size nor what they say. */
final class InputFile {
    /** The index of the largest published Llama takes a hundredth of this. */
    private static final int LARGEST_TEXT = 16 << 20;

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private InputFile() {}

    /** The text of a file in UTF-8. */
    static String text(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LARGEST_TEXT + 1);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        if (bytes.length > LARGEST_TEXT) {
            throw InputException.unusable(
                    "%s: expected at most %d bytes of text, found more. Get the file again."
                            .formatted(file, LARGEST_TEXT));
        }
        return decode(bytes, file.toString());
    }

    static String decode(byte[] bytes, String source) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw InputException.unusable(
                    "%s: expected text in UTF-8, found other bytes. Get the file again."
                            .formatted(source),
                    e);
        }
    }

    /** The JSON object that {@code text} is. */
    static JsonNode object(String text, String source) {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw InputException.unusable(
                    "%s: expected a JSON object, found text that is not JSON (%s). Get the file again."
                            .formatted(source, InputException.quote(e.getOriginalMessage())),
                    e);
        }
        if (!root.isObject()) {
            throw InputException.unusable(
                    "%s: expected a JSON object, found %s. Get the file again."
                            .formatted(
                                    source,
                                    root.isMissingNode()
                                            ? "an empty file"
                                            : InputException.quote(root.toString())));
        }
        return root;
    }

    static InputException unreadable(Path file, IOException cause) {
        String found =
                cause instanceof NoSuchFileException ? "none there" : "an error (" + cause + ")";
        return InputException.unusable(
                "%s: expected a readable file, found %s. Check the path and its permissions."
                        .formatted(file, found),
                cause);
    }
}
