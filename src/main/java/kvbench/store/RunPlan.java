package kvbench.store;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.json.JsonMapper;

import kvbench.model.InputException;
import kvbench.results.VetoedArm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a run set out to do, so that it can be resumed: {@code schedule.json} in its folder.
 *
 * @param schemaVersion {@link #SCHEMA_VERSION} of the suite that wrote it
 * @param words a suite's name, if any, and options of JMH, as given
 * @param repeatArms strategies measured twice (A/A)
 * @param shard which part of the matrix, as {@code K/N}
 * @param seed what the order was drawn from
 * @param cells what is measured, in the order of the matrix
 * @param order the forks of all cells in the order in which they are run
 * @param vetoed what was left out, and why
 * @param mergedFrom names of the runs that were joined in this one; none where it was measured
 */
public record RunPlan(
        int schemaVersion,
        List<String> words,
        List<String> repeatArms,
        String shard,
        long seed,
        List<PlannedCell> cells,
        List<ForkRun> order,
        List<VetoedArm> vetoed,
        List<String> mergedFrom) {
    /** Raised when a field changes its meaning or goes. */
    public static final int SCHEMA_VERSION = 1;

    /** Name of the file in a run's folder. */
    public static final String FILE_NAME = "schedule.json";

    /** The first word of a run of a suite. */
    private static final String SUITE = "--suite";

    private static final int MOST_TURNS = 10_000_000;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    public RunPlan {
        words = List.copyOf(words);
        repeatArms = List.copyOf(repeatArms);
        cells = List.copyOf(cells);
        order = List.copyOf(order);
        vetoed = List.copyOf(vetoed);
        mergedFrom = List.copyOf(mergedFrom);
    }

    /** Whether the words name a suite, whose cells of one benchmark may have several schedules. */
    boolean isOfSuite() {
        return !words.isEmpty() && words.getFirst().equals(SUITE);
    }

    /** The cell that {@code run} is a fork of. */
    public PlannedCell cell(ForkRun run) {
        return byIndex().get(run.cell());
    }

    /** The cells by the index that a {@link ForkRun} names. */
    Map<Integer, PlannedCell> byIndex() {
        return cells.stream().collect(Collectors.toMap(PlannedCell::index, Function.identity()));
    }

    void write(Path folder) throws IOException {
        AtomicFile.write(
                folder.resolve(FILE_NAME),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    }

    /**
     * Reads the plan of the run in {@code folder}.
     *
     * @throws InputException if there is none, or it is not what this suite writes
     */
    static RunPlan read(Path folder) {
        Path file = folder.resolve(FILE_NAME);
        try {
            RunPlan plan = JSON.readValue(Files.readAllBytes(file), RunPlan.class);
            if (plan == null) {
                throw unusable(file, "null", null);
            }
            if (plan.schemaVersion != SCHEMA_VERSION) {
                throw unusable(file, "schemaVersion " + plan.schemaVersion, null);
            }
            plan.requireOneOfEach(file);
            return plan;
        } catch (JsonMappingException e) {
            throw unusable(file, e.getOriginalMessage(), e);
        } catch (JsonProcessingException e) {
            throw unusable(file, "text that is no JSON (" + e.getOriginalMessage() + ")", e);
        } catch (IOException e) {
            throw unusable(file, "that it cannot be read (" + e + ")", e);
        }
    }

    private void requireOneOfEach(Path file) {
        Set<Integer> indices = new HashSet<>();
        Set<ForkRun> expected = new HashSet<>();
        for (PlannedCell cell : cells) {
            if (cell.index() < 0
                    || !indices.add(cell.index())
                    || cell.forks() < 1
                    || cell.forks() > order.size()
                    || cell.turns() < 0
                    || cell.turns() > MOST_TURNS
                    || !cell.params().getOrDefault("turns", "1").matches("[1-9]\\d{0,5}")) {
                throw unusable(
                        file,
                        "cell %d twice, or with impossible numbers".formatted(cell.index()),
                        null);
            }
            for (int fork = 1; fork <= cell.forks(); fork++) {
                expected.add(new ForkRun(cell.index(), fork));
            }
        }
        if (order.size() != expected.size() || !expected.equals(Set.copyOf(order))) {
            throw unusable(
                    file,
                    "an order of %d forks that is not each fork of each cell once"
                            .formatted(order.size()),
                    null);
        }
    }

    private static InputException unusable(Path file, String found, Throwable cause) {
        return InputException.unusable(
                "%s: expected the schedule of a run, version %d, as `bench` writes it, found %s. Name the folder of a run of this suite."
                        .formatted(file, SCHEMA_VERSION, InputException.quote(found)),
                cause);
    }
}
