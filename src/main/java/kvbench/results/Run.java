package kvbench.results;

import kvbench.context.RunContext;
import kvbench.model.InputException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What one run left: JMH's results, what they were measured on, and what stands in none of them.
 *
 * @param json JMH's file
 * @param results in the file's order
 * @param context what was measured on, or empty where there is none, as beside a file of JMH's own
 * @param outcomes what failed, is still to come, or was left out
 */
public record Run(
        Path json, List<JmhResult> results, Optional<RunContext> context, Outcomes outcomes) {
    /** Name of JMH's file in a run's folder. */
    public static final String RESULTS_FILE = "results.json";

    /** A run's folder is named by the time when it began. */
    private static final Pattern FOLDER =
            Pattern.compile("(\\d{4})(\\d\\d)(\\d\\d)T(\\d\\d)(\\d\\d)(\\d\\d)Z-");

    private static final String FORKS_FOLDER = "forks";

    public Run {
        results = List.copyOf(results);
    }

    /**
     * Reads a run's folder, or a JSON file of JMH's and the {@code context.json} beside it, if
     * there is one.
     *
     * @throws InputException if a file cannot be read or is not what JMH or this suite writes
     */
    public static Run read(Path folderOrJson) {
        return read(folderOrJson, metric -> true);
    }

    /**
     * The same with only some of the secondary metrics, where many runs are read.
     *
     * @param wanted takes the name of a metric
     * @throws InputException if a file cannot be read or is not what JMH or this suite writes
     */
    public static Run read(Path folderOrJson, Predicate<String> wanted) {
        Path json =
                Files.isDirectory(folderOrJson) ? folderOrJson.resolve(RESULTS_FILE) : folderOrJson;
        if (!Files.exists(json)) {
            throw InputException.wrongUse(
                    "%s: expected the folder of a run, with its %s, or a JSON file that JMH wrote, found none. `ls jmh-results` lists the runs."
                            .formatted(folderOrJson, RESULTS_FILE));
        }
        Path beside = json.resolveSibling(RunContext.FILE_NAME);
        return new Run(
                json,
                results(json, wanted),
                Files.exists(beside) ? Optional.of(RunContext.read(beside)) : Optional.empty(),
                Outcomes.beside(json));
    }

    /** What a run's file lacks, its forks may still hold. */
    private static List<JmhResult> results(Path json, Predicate<String> wanted) {
        try {
            return JmhFile.read(json, wanted);
        } catch (InputException e) {
            boolean hasForks =
                    json.getFileName().toString().equals(RESULTS_FILE)
                            && Files.isDirectory(json.resolveSibling(FORKS_FOLDER));
            if (!hasForks) {
                throw e;
            }
            throw InputException.unusable(
                    "%s This is a run, whose forks hold the results too: `bench --resume %s` writes the file anew."
                            .formatted(e.getMessage(), json.toAbsolutePath().getParent()),
                    e);
        }
    }

    /** What the run is called: its folder's name, or that of a file which is not in one. */
    public String name() {
        Path file = json.toAbsolutePath().normalize();
        Path folder = file.getParent();
        return file.getFileName().toString().equals(RESULTS_FILE) && folder.getFileName() != null
                ? folder.getFileName().toString()
                : file.getFileName().toString();
    }

    /** How often the run was stopped and gone on with, by the contexts that it left then. */
    public int timesResumed() {
        int times = 0;
        while (Files.exists(folder().resolve("context.resumed-%d.json".formatted(times + 1)))) {
            times++;
        }
        return times;
    }

    /**
     * When it began, in UTC (ISO 8601), and of one that was joined from others, when each of them
     * did, earliest first; empty where that is not known.
     */
    public List<String> begun() {
        List<String> parts = MergedFrom.of(folder());
        if (parts.isEmpty()) {
            return context.stream().map(RunContext::utc).toList();
        }
        List<String> begun = parts.stream().flatMap(Run::begun).sorted().toList();
        return begun.size() == parts.size() ? begun : List.of();
    }

    private static Stream<String> begun(String name) {
        Matcher time = FOLDER.matcher(name);
        return time.lookingAt()
                ? Stream.of(
                        "%s-%s-%sT%s:%s:%sZ"
                                .formatted(
                                        time.group(1),
                                        time.group(2),
                                        time.group(3),
                                        time.group(4),
                                        time.group(5),
                                        time.group(6)))
                : Stream.empty();
    }

    /** Where the run's other files lie, as the user named it. */
    public Path folder() {
        return Optional.ofNullable(json.getParent()).orElse(Path.of(""));
    }
}
