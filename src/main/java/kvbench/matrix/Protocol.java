package kvbench.matrix;

import kvbench.model.InputException;

import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A named suite of benchmarks: several sets of JMH's options whose cells make one run.
 *
 * <p>It is a file in {@code kvbench/suites}: each paragraph is a set, in the words of JMH's command
 * line (a benchmark, its parameters, forks and iterations); a line that begins with {@code #} is a
 * remark.
 *
 * @param name as a user gives it
 * @param sets in the order in which their cells stand in the matrix
 */
public record Protocol(String name, List<CommandLineOptions> sets) {
    /** What runs where the command line names neither a suite nor a benchmark. */
    public static final String DEFAULT = "default";

    /** All suites that there are. */
    public static final List<String> NAMES = List.of(DEFAULT, "quick", "gpu-reference");

    public Protocol {
        sets = List.copyOf(sets);
    }

    /**
     * The suite that a user calls {@code name}.
     *
     * @throws InputException if there is none
     */
    static Protocol named(String name) {
        if (!NAMES.contains(name)) {
            throw InputException.wrongUse(
                    "--suite: expected one of %s, found \"%s\"."
                            .formatted(String.join(", ", NAMES), name));
        }
        return new Protocol(
                name,
                Arrays.stream(text(name).split("\\n{2,}"))
                        .map(Protocol::words)
                        .filter(words -> !words.isEmpty())
                        .map(Protocol::parsed)
                        .toList());
    }

    private static List<String> words(String paragraph) {
        return paragraph
                .lines()
                .filter(line -> !line.startsWith("#"))
                .flatMap(line -> Arrays.stream(line.strip().split("\\s+")))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toList());
    }

    private static CommandLineOptions parsed(List<String> words) {
        try {
            return new CommandLineOptions(words.toArray(String[]::new));
        } catch (CommandLineOptionException e) {
            throw new IllegalStateException("JMH does not take what a suite says: " + words, e);
        }
    }

    private static String text(String name) {
        String resource = "/kvbench/suites/" + name + ".txt";
        try (InputStream file = Protocol.class.getResourceAsStream(resource)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
