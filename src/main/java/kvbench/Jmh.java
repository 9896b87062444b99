package kvbench;

import kvbench.model.InputException;
import kvbench.profile.Profilers;

import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.VerboseMode;

import java.io.IOException;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/** JMH's own command line, where profilers may be named as {@link Profilers} has it. */
final class Jmh {
    private Jmh() {}

    /**
     * Does what {@code words} ask for.
     *
     * @throws InputException if they name a profiler that there is not, or no benchmark first
     */
    static void run(List<String> words) throws IOException {
        requireKnown(words.getFirst());
        if (asksForProfilers(words)) {
            Profilers.list(System.out);
            return;
        }
        Profilers profilers = Profilers.of(words);
        profilers.remarks().forEach(System.out::println);
        org.openjdk.jmh.Main.main(profilers.wordsOfJmh().toArray(String[]::new));
    }

    /** A first word that is neither a command nor a benchmark is most likely a command mistyped. */
    private static void requireKnown(String first) {
        if (first.startsWith("-")) {
            return;
        }
        OutputFormat silent =
                OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
        boolean known;
        try {
            known = !BenchmarkList.defaultList().find(silent, List.of(first), List.of()).isEmpty();
        } catch (PatternSyntaxException e) {
            known = false;
        }
        if (!known) {
            throw InputException.wrongUse(
                    "%s: expected a command (%s) or a pattern for a benchmark, found neither. --help tells what there is."
                            .formatted(
                                    InputException.quote(first),
                                    String.join(", ", Main.commands().getSubcommands().keySet())));
        }
    }

    /** Help comes before a list; words that JMH refuses are for JMH to refuse. */
    private static boolean asksForProfilers(List<String> words) {
        try {
            var options = new CommandLineOptions(words.toArray(String[]::new));
            return options.shouldListProfilers() && !options.shouldHelp();
        } catch (CommandLineOptionException e) {
            return false;
        }
    }
}
