package kvbench.checkpoint;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One line of the list of models.
 *
 * @param name what finds it
 * @param path its folder, or where it will be laid out on first use
 * @param parameters number of its weights; empty where {@code problem} kept it from being read
 * @param weights where they are
 * @param weightBytes their bytes, on disk or once they are made; empty where they are absent
 * @param seed from which they are or will be made; empty for weights that somebody trained
 * @param problem why the model cannot be used; empty where it can
 */
public record KnownModel(
        String name,
        Path path,
        OptionalLong parameters,
        Weights weights,
        OptionalLong weightBytes,
        OptionalLong seed,
        Optional<String> problem) {

    /** Where a model's weights are. */
    public enum Weights {
        ON_DISK,
        /** Seeded, and small enough to be made when they are first wanted. */
        MADE_ON_FIRST_USE,
        /** Seeded, and made by {@code models make NAME} only. */
        MADE_ON_DEMAND,
        /** Neither there nor seeded, or broken: {@code problem} says what is wrong. */
        ABSENT
    }
}
