package kvbench.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;

import kvbench.model.InputException;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Which shard holds which tensor ({@code model.safetensors.index.json}).
 *
 * <p>Names with separators are refused: an index that came with a download must not be able to
 * point at other files of its reader.
 *
 * @param file the index itself
 * @param shards shard by name of the tensor
 */
record ShardIndex(Path file, Map<String, Path> shards) {

    static ShardIndex read(Path file) {
        JsonNode root = InputFile.object(InputFile.text(file), file.toString());
        JsonNode map = root.path("weight_map");
        if (!map.isObject()) {
            throw SafetensorsHeader.broken(
                    file.toString(),
                    "an object \"weight_map\"",
                    InputException.quote(map.toString()));
        }
        var shards = new HashMap<String, Path>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            shards.put(entry.getKey(), shard(file, entry.getKey(), entry.getValue()));
        }
        return new ShardIndex(file, Map.copyOf(shards));
    }

    Path shardOf(String tensor) {
        Path shard = shards.get(tensor);
        if (shard == null) {
            throw InputException.unusable(
                    ("%s: expected a shard for tensor %s, found none. Use a checkpoint that"
                                    + " config.json describes.")
                            .formatted(file, tensor));
        }
        return shard;
    }

    private static Path shard(Path index, String tensor, JsonNode name) {
        String text = name.asText();
        if (!name.isTextual() || !isFileName(text)) {
            throw SafetensorsHeader.broken(
                    index + ": tensor " + InputException.quote(tensor),
                    "the name of a file beside the index",
                    InputException.quote(name.toString()));
        }
        return index.resolveSibling(text);
    }

    private static boolean isFileName(String text) {
        if (text.isEmpty() || text.equals(".") || text.contains("..") || text.contains("\\")) {
            return false;
        }
        try {
            Path path = Path.of(text);
            return !path.isAbsolute() && path.getNameCount() == 1 && !text.contains("/");
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
