package kvbench;

import kvbench.suite.Suite;

import org.openjdk.jmh.runner.options.CommandLineOptions;

import picocli.CommandLine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The shell commands that a page shows, and what the suite makes of them. */
final class ShownCommands {
    /** What Maven passes on to the suite's bench. */
    static final Pattern JMH_ARGUMENTS = Pattern.compile("-Djmh\\.args=\"([^\"]*)\"");

    private static final String JAR_FILE = "target/benchmarks.jar";
    private static final String JAR = "java -jar " + JAR_FILE;

    private static final Pattern SHELL_BLOCK =
            Pattern.compile("^```sh\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

    /** A word of a command line: in double or single quotes, or without a space. */
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    /** Where a command ends and the shell's own begins. */
    private static final Pattern SHELL = Pattern.compile("\\s(#|\\||>|2>|&&).*");

    /** What the shell would put in place of itself: a folder's name. */
    private static final Pattern LISTED =
            Pattern.compile("\\$\\(ls -t?d ([^)|]*?)(?: \\| head -1)?\\)");

    /** Where a jar of another checkout is run. */
    private static final Pattern ANY_JAR =
            Pattern.compile("^java -jar (\\S+/)?" + Pattern.quote(JAR_FILE));

    /** Options that say how long, under which name and where, and their value. */
    private static final Set<String> DETAILS =
            Set.of("-f", "-w", "-wi", "-r", "-i", "--label", "--out");

    /** A shell variable that holds such options. */
    private static final String QUICK = "${quick[@]}";

    private static final Pattern A_RUN = Pattern.compile("(\\w+=)?(\\S*/\\S*|\\$\\w+|\\$\\(.*\\))");

    private ShownCommands() {}

    /** The lines of a page's {@code sh} blocks, in their order. */
    static List<String> in(Path page) throws IOException {
        return SHELL_BLOCK
                .matcher(Files.readString(page))
                .results()
                .flatMap(block -> lines(block.group(1)))
                .toList();
    }

    /** The lines of a script, those that a backslash ends joined with the next. */
    static Stream<String> lines(String script) {
        return script.replaceAll("\\s*\\\\\\n\\s*", " ").lines().map(String::strip);
    }

    /** A command of the suite's jar, or the one that Maven makes of {@code jmh.args}. */
    static Stream<String> suiteLines(String line) {
        return ANY_JAR.matcher(line).find()
                ? Stream.of(ANY_JAR.matcher(line).replaceFirst(JAR))
                : JMH_ARGUMENTS
                        .matcher(line)
                        .results()
                        .map(arguments -> JAR + " bench " + arguments.group(1));
    }

    /** Fails where the suite, or JMH behind it, would not take a command's words. */
    static void assertParses(String line) throws Exception {
        String[] words = words(line).toArray(String[]::new);
        if (Main.isForJmh(words)) {
            new CommandLineOptions(words);
            return;
        }
        CommandLine.ParseResult parsed = Main.commands().parseArgs(words);
        if (parsed.hasSubcommand()
                && parsed.subcommand().commandSpec().userObject() instanceof BenchCommand) {
            Suite.asksJmh(parsed.subcommand().unmatched());
        }
    }

    /** The words that the shell would pass on to the suite. */
    static List<String> words(String line) {
        String listed = LISTED.matcher(line.substring(JAR.length())).replaceAll("$1");
        String command = SHELL.matcher(listed).replaceFirst("");
        return WORD.matcher(command).results().map(ShownCommands::unquoted).toList();
    }

    private static String unquoted(MatchResult word) {
        return Stream.of(1, 2, 3)
                .map(word::group)
                .filter(text -> text != null)
                .findFirst()
                .orElseThrow();
    }

    /**
     * What a command does, without how long, on which values of parameters and on which runs: two
     * commands of one kind go through the same code.
     */
    static List<String> kind(String line) {
        var kind = new ArrayList<String>();
        List<String> words = words(line);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i).replace("\"", "");
            if (DETAILS.contains(word)) {
                i++;
            } else if (word.equals("-p") && i + 1 < words.size()) {
                kind.add("-p " + words.get(++i).replaceFirst("=.*", ""));
            } else if (!word.equals(QUICK)) {
                kind.add(A_RUN.matcher(word).matches() ? "RUN" : word);
            }
        }
        // Of `compare base=RUN cand=RUN` each run is one; the order of options is free.
        Collections.sort(kind);
        return kind;
    }
}
