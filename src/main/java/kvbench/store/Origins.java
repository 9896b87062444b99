package kvbench.store;

import kvbench.context.RunContext;
import kvbench.model.InputException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which measured runs the forks in a run's folder come from. */
final class Origins {
    /** A run's context, those after it was resumed, and those of the runs it was merged from. */
    private static final Pattern CONTEXTS =
            Pattern.compile("(\\d+-.+\\.)?context(\\.resumed-\\d+)?\\.json");

    private static final String RESUMED = ".resumed-";

    /** What tells one run from another, however often its folder was copied. */
    private record Origin(String utc, String host, long seed, String shard) {
        static Origin of(RunContext context) {
            return new Origin(
                    context.utc(),
                    context.host().name(),
                    context.plan().orderSeed(),
                    context.plan().shard());
        }
    }

    private Origins() {}

    /**
     * Requires that no run is a copy of another, or merged from it: its failures would count twice.
     *
     * @throws InputException if one is
     */
    static void requireDifferent(List<RunFolder> runs) {
        Map<Origin, Path> seen = new HashMap<>();
        for (RunFolder run : runs) {
            for (Origin origin : of(run.path())) {
                Path before = seen.putIfAbsent(origin, run.path());
                if (before != null) {
                    throw InputException.wrongUse(
                            "%s and %s: expected runs of their own, found forks of the same run in both (begun %s on %s, shard %s). Leave out a run that is a copy, or that was merged from another given."
                                    .formatted(
                                            before,
                                            run.path(),
                                            origin.utc(),
                                            origin.host(),
                                            origin.shard()));
                }
            }
        }
    }

    private static Set<Origin> of(Path run) {
        try {
            var origins = new HashSet<Origin>();
            for (Path context : contexts(run)) {
                if (!context.getFileName().toString().contains(RESUMED)) {
                    origins.add(Origin.of(RunContext.read(context)));
                }
            }
            return origins;
        } catch (IOException e) {
            throw InputException.unusable(
                    "%s: expected a folder that can be read, found %s. Make it so, and merge again."
                            .formatted(run, e),
                    e);
        }
    }

    /** The files that say what the forks in a run's folder were measured on. */
    static List<Path> contexts(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run)) {
            return files.filter(file -> CONTEXTS.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }
}
