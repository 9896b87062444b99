package kvbench.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;

import kvbench.model.InputException;

import java.util.Optional;

/**
 * A model's {@code seed.json}: what stands in the place of weights.
 *
 * @param value from which the weights are made
 * @param tokenizer another model whose tokenizer serves this one; empty where it has its own
 */
record Seed(long value, Optional<String> tokenizer) {

    static Seed parse(String json, String source) {
        JsonNode root = InputFile.object(json, source);
        JsonNode seed = root.path("seed");
        if (!seed.isIntegralNumber() || !seed.canConvertToLong()) {
            throw SafetensorsHeader.broken(
                    source, "\"seed\" to be a whole number of 64 bits", found(seed));
        }
        JsonNode tokenizer = root.path("tokenizer");
        if (tokenizer.isMissingNode()) {
            return new Seed(seed.longValue(), Optional.empty());
        }
        if (!tokenizer.isTextual() || !ModelLibrary.isName(tokenizer.textValue())) {
            throw SafetensorsHeader.broken(
                    source, "\"tokenizer\" to name another model", found(tokenizer));
        }
        return new Seed(seed.longValue(), Optional.of(tokenizer.textValue()));
    }

    private static String found(JsonNode node) {
        return node.isMissingNode() ? "none" : InputException.quote(node.toString());
    }
}
