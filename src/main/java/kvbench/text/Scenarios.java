package kvbench.text;

import kvbench.model.InputException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds a scenario: one of those that the suite brings, or a file of the user's own. */
public final class Scenarios {
    /** Turns of each scenario that the suite brings. */
    public static final int BUNDLED_TURNS = 15;

    /** Most turns that a file of the user's own may have. */
    public static final int MOST_TURNS = 1000;

    private static final String FILE_ENDING = ".json";

    private static final List<String> NAMES =
            List.of(
                    "insurance_claim_auto",
                    "insurance_policy_update",
                    "insurance_life_beneficiary",
                    "banking_open_account",
                    "banking_loan_application",
                    "ecommerce_support");

    private Scenarios() {}

    /**
     * Names of the scenarios that the suite brings, in the order in which a full run takes them.
     */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Loads a scenario.
     *
     * @param name one of {@link #names()}, or the path of a file that ends in {@code .json} and has
     *     the form of {@code scenario.schema.json}
     * @throws InputException wrong use if there is none of that name; unusable if the file cannot
     *     be read or does not have the form
     */
    public static Scenario load(String name) {
        if (name.endsWith(FILE_ENDING)) {
            return loadFile(Path.of(name));
        }
        if (!NAMES.contains(name)) {
            throw InputException.wrongUse(
                    "scenario: expected one of %s or the path of a .json file, found \"%s\". Choose one of them."
                            .formatted(String.join(", ", NAMES), name));
        }
        String file = name + FILE_ENDING;
        return new ScenarioReader(file, BUNDLED_TURNS, BUNDLED_TURNS).read(bundled(file), name);
    }

    private static Scenario loadFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw InputException.wrongUse(
                    "scenario: expected one of %s or the path of a .json file, found no file %s. Check the path."
                            .formatted(String.join(", ", NAMES), file));
        }
        String json;
        try {
            json = Files.readString(file);
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected a readable file in UTF-8, found %s. Check its permissions and its encoding."
                            .formatted(file, e),
                    e);
        }
        String fileName = file.getFileName().toString();
        String name = fileName.substring(0, fileName.length() - FILE_ENDING.length());
        return new ScenarioReader(file.toString(), 1, MOST_TURNS).read(json, name);
    }

    private static String bundled(String file) {
        try (InputStream in = Scenarios.class.getResourceAsStream("/kvbench/scenarios/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the build left out scenarios/" + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
