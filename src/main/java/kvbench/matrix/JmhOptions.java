package kvbench.matrix;

import kvbench.model.InputException;
import kvbench.model.SuiteCommand;
import kvbench.profile.Profilers;

import org.openjdk.jmh.profile.ProfilerException;
import org.openjdk.jmh.profile.ProfilerFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.ProfilerConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The options of JMH on a command line, and the suite of benchmarks that it names.
 *
 * @param words as given, those first that name a suite
 * @param protocol the suite that they name, or empty where they name none
 * @param profilers those that the words ask for
 * @param all the other words as JMH reads them
 * @param ofCells as JMH reads them without the patterns for benchmarks: JMH adds a cell's pattern
 *     to those of the command line, which would match other cells too
 */
public record JmhOptions(
        List<String> words,
        Optional<Protocol> protocol,
        Profilers profilers,
        CommandLineOptions all,
        CommandLineOptions ofCells) {

    /** The first of two words that name a suite, before all words of JMH. */
    private static final String SUITE = "--suite";

    /** The words of a command line that names the suite {@code name} and has {@code others}. */
    public static List<String> withSuite(String name, List<String> others) {
        return Stream.concat(Stream.of(SUITE, name), others.stream()).toList();
    }

    /**
     * Reads a command line's words: {@code --suite NAME} first, if at all, and then those of JMH.
     *
     * @throws InputException if JMH does not understand them, or no suite is called so
     */
    public static JmhOptions of(List<String> words) {
        boolean namesSuite = words.size() > 1 && words.getFirst().equals(SUITE);
        Profilers profilers = Profilers.of(namesSuite ? words.subList(2, words.size()) : words);
        CommandLineOptions all = parsed(profilers.otherWords());
        var withoutPatterns = new ArrayList<>(profilers.otherWords());
        all.getIncludes()
                .forEach(pattern -> withoutPatterns.remove(withoutPatterns.lastIndexOf(pattern)));
        return new JmhOptions(
                List.copyOf(words),
                namesSuite ? Optional.of(Protocol.named(words.get(1))) : Optional.empty(),
                profilers,
                all,
                parsed(withoutPatterns));
    }

    /**
     * The sets of options whose cells make the matrix. What {@link #all} says holds for each of
     * them before what it says itself.
     */
    List<CommandLineOptions> sets() {
        return protocol.or(
                        () ->
                                all.getIncludes().isEmpty()
                                        ? Optional.of(Protocol.named(Protocol.DEFAULT))
                                        : Optional.empty())
                .map(Protocol::sets)
                .orElse(List.of(all));
    }

    private static CommandLineOptions parsed(List<String> words) {
        try {
            return new CommandLineOptions(words.toArray(String[]::new));
        } catch (CommandLineOptionException e) {
            throw InputException.wrongUse(
                    "expected options of JMH, found that it does not take these: %s. `%s` lists them."
                            .formatted(e.getMessage(), SuiteCommand.line("-h")));
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
