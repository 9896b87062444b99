package kvbench;

import kvbench.matrix.JmhOptions;
import kvbench.matrix.Protocol;

import picocli.CommandLine.Option;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The option of every command that takes a matrix: a suite of benchmarks by its name. */
final class SuiteOption {
    @Option(
            names = "--suite",
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description = {
                "A named suite of benchmarks: ${COMPLETION-CANDIDATES}.",
                "Options of JMH besides hold for all of it, in place of what it says itself;"
                        + " patterns choose among its benchmarks. Default: the options' own"
                        + " benchmarks, or those of the suite default where they name none."
            })
    private String name;

    /** The suite's name, where one is given. */
    Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /** The words of a run of this suite, or of none, with the other words of the command line. */
    List<String> with(List<String> words) {
        return name().map(given -> JmhOptions.withSuite(given, words)).orElse(words);
    }

    /** What the help lists. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Protocol.NAMES.iterator();
        }
    }
}
