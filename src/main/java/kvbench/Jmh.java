package kvbench;

import kvbench.profile.Profilers;

import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

import java.io.IOException;
import java.util.List;

/** JMH's own command line, where profilers may be named as {@link Profilers} has it. */
final class Jmh {
    private Jmh() {}

    /**
     * Does what {@code words} ask for.
     *
     * @throws kvbench.model.InputException if they name a profiler that there is not
     */
    static void run(List<String> words) throws IOException {
        if (asksForProfilers(words)) {
            Profilers.list(System.out);
            return;
        }
        Profilers profilers = Profilers.of(words);
        profilers.remarks().forEach(System.out::println);
        org.openjdk.jmh.Main.main(profilers.wordsOfJmh().toArray(String[]::new));
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
