package kvbench.results;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import kvbench.context.RunContext;
import kvbench.model.InputException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Of which runs a run was joined, as its {@code schedule.json} tells. */
public final class MergedFrom {
    private static final String PLAN = "schedule.json";

    /** Of a joined run's folder: what to beware of, a line for each. */
    public static final String CAUTIONS_FILE = "cautions.txt";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private MergedFrom() {}

    /** Names of the joined runs; none where {@code folder} holds no plan that can be read. */
    public static List<String> of(Path folder) {
        Path file = folder.resolve(PLAN);
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            var names = new ArrayList<String>();
            for (JsonNode name : JSON.readTree(file.toFile()).path("mergedFrom")) {
                names.add(name.asText());
            }
            return names;
        } catch (IOException e) {
            // What is wrong with a plan is said where a run is resumed.
            return List.of();
        }
    }

    /**
     * What each of the joined runs was measured on, by name; those that left no context are not in
     * it.
     *
     * @throws InputException if a context is there and cannot be read
     */
    public static Map<String, RunContext> contexts(Path folder) {
        var contexts = new LinkedHashMap<String, RunContext>();
        List<String> names = of(folder);
        for (int i = 0; i < names.size(); i++) {
            Path file =
                    folder.resolve("%d-%s.%s".formatted(i + 1, names.get(i), RunContext.FILE_NAME));
            if (Files.exists(file)) {
                contexts.put(names.get(i), RunContext.read(file));
            }
        }
        return contexts;
    }

    /**
     * What the one who joined the runs was warned of.
     *
     * @throws InputException if that is there and cannot be read
     */
    public static List<String> cautions(Path folder) {
        Path file = folder.resolve(CAUTIONS_FILE);
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected lines of text, found a file that cannot be read (%s)."
                            .formatted(file, e),
                    e);
        }
    }
}
