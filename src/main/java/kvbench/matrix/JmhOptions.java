package kvbench.matrix;

import kvbench.model.InputException;
import kvbench.profile.Profilers;

import org.openjdk.jmh.profile.ProfilerException;
import org.openjdk.jmh.profile.ProfilerFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.ProfilerConfig;

import java.util.ArrayList;
import java.util.List;

/**
 * The options of JMH on a command line.
 *
 * @param words as given
 * @param profilers those that it asks for
 * @param all the other words as JMH reads them
 * @param ofCells as JMH reads them without the patterns for benchmarks: JMH adds a cell's pattern
 *     to those of the command line, which would match other cells too
 */
public record JmhOptions(
        List<String> words,
        Profilers profilers,
        CommandLineOptions all,
        CommandLineOptions ofCells) {

    /**
     * Reads a command line's words.
     *
     * @throws InputException if JMH does not understand them
     */
    public static JmhOptions of(List<String> words) {
        Profilers profilers = Profilers.of(words);
        CommandLineOptions all = parsed(profilers.otherWords());
        var withoutPatterns = new ArrayList<>(profilers.otherWords());
        all.getIncludes()
                .forEach(pattern -> withoutPatterns.remove(withoutPatterns.lastIndexOf(pattern)));
        return new JmhOptions(List.copyOf(words), profilers, all, parsed(withoutPatterns));
    }

    private static CommandLineOptions parsed(List<String> words) {
        try {
            return new CommandLineOptions(words.toArray(String[]::new));
        } catch (CommandLineOptionException e) {
            throw InputException.wrongUse(
                    "expected options of JMH, found that it does not take these: %s. `java -jar target/benchmarks.jar -h` lists them."
                            .formatted(e.getMessage()));
        }
    }

    /** Whether JMH was asked for a list or for help, which it gives by itself. */
    public boolean askJmh() {
        return all.shouldHelp()
                || all.shouldList()
                || all.shouldListWithParams()
                || all.shouldListProfilers()
                || all.shouldListResultFormats();
    }

    /**
     * @throws InputException if a profiler does not work here
     */
    public void requireProfilers() {
        profilers.configs().forEach(JmhOptions::require);
    }

    private static void require(ProfilerConfig profiler) {
        try {
            ProfilerFactory.getProfilerOrException(profiler);
        } catch (ProfilerException e) {
            throw InputException.wrongUse(
                    "-prof %s: expected a profiler that works here, found that this one does not: %s. -lprof lists those that do."
                            .formatted(profiler.getKlass(), e.getMessage()));
        }
    }
}
