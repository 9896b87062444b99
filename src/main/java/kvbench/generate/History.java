package kvbench.generate;

import kvbench.model.InputException;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Whose replies the later turns of a conversation look back on. */
public enum History {
    /** The scenario's: every arm reads the same text, whatever it says itself. */
    SCRIPTED,
    /** The model's own, as in the notebook. */
    GENERATED;

    /** The history that a user calls {@code name}, as in {@code -p history=generated}. */
    public static History parse(String name) {
        return Arrays.stream(values())
                .filter(history -> history.toString().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                InputException.wrongUse(
                                        "unknown history \"%s\": expected one of %s."
                                                .formatted(name, String.join(", ", names()))));
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(History::toString).toList();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
