package kvbench.results;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Of which runs a run was joined, as its {@code schedule.json} tells. */
public final class MergedFrom {
    private static final String PLAN = "schedule.json";
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
}
