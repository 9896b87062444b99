package kvbench.generate;

import kvbench.model.InputException;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How long the cache of a conversation lives. */
public enum CacheScope {
    /** For one turn: the next takes in the whole text again, as in the notebook. */
    TURN,
    /** For the whole conversation: each turn takes in what is new. */
    SESSION;

    /** The scope that a user calls {@code name}, as in {@code -p scope=session}. */
    public static CacheScope parse(String name) {
        return Arrays.stream(values())
                .filter(scope -> scope.toString().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                InputException.wrongUse(
                                        "unknown scope \"%s\": expected one of %s."
                                                .formatted(name, String.join(", ", names()))));
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(CacheScope::toString).toList();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
