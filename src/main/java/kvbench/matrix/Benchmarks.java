package kvbench.matrix;

import kvbench.model.InputException;
import kvbench.results.VetoedArm;

import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.VerboseMode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.PatternSyntaxException;

/**
 * The benchmarks that a command line asks for.
 *
 * @param asked each with the set of options that names it, in order
 * @param missing those of a suite that this build has not
 */
record Benchmarks(List<Asked> asked, List<VetoedArm> missing) {

    /** A benchmark, and the set of options that names it. */
    record Asked(BenchmarkListEntry entry, CommandLineOptions set) {}

    /**
     * The benchmarks of {@code options}. Of a suite, where the command line has patterns, those
     * that one of them matches.
     *
     * @throws InputException if a pattern matches none
     */
    static Benchmarks of(JmhOptions options) {
        var asked = new ArrayList<Asked>();
        var missing = new ArrayList<VetoedArm>();
        for (CommandLineOptions set : options.sets()) {
            for (String pattern : set.getIncludes()) {
                List<BenchmarkListEntry> found = found(pattern, options.all().getExcludes());
                if (found.isEmpty() && options.protocol().isPresent()) {
                    missing.add(
                            new VetoedArm(pattern, Map.of(), "this build has no such benchmark"));
                }
                if (found.isEmpty() && options.protocol().isEmpty()) {
                    throw unknown(pattern, known());
                }
                found.forEach(entry -> asked.add(new Asked(entry, set)));
            }
        }
        var all = new Benchmarks(asked, missing);
        return options.protocol().isEmpty() ? all : all.only(options.all());
    }

    /** The same, less what no pattern of the command line matches. */
    private Benchmarks only(CommandLineOptions given) {
        if (given.getIncludes().isEmpty()) {
            return this;
        }
        var chosen = new ArrayList<BenchmarkListEntry>();
        for (String pattern : given.getIncludes()) {
            List<BenchmarkListEntry> found =
                    found(pattern, given.getExcludes()).stream()
                            .filter(entries()::contains)
                            .toList();
            if (found.isEmpty()) {
                throw unknown(pattern, names(entries()));
            }
            chosen.addAll(found);
        }
        return new Benchmarks(
                asked.stream().filter(one -> chosen.contains(one.entry())).toList(), List.of());
    }

    /** Each benchmark once. */
    List<BenchmarkListEntry> entries() {
        return asked.stream().map(Asked::entry).distinct().toList();
    }

    private static List<BenchmarkListEntry> found(String pattern, List<String> excludes) {
        try {
            return List.copyOf(
                    BenchmarkList.defaultList().find(silent(), List.of(pattern), excludes));
        } catch (PatternSyntaxException e) {
            throw InputException.wrongUse(
                    "expected a regular expression that matches benchmarks, found \"%s\" (%s)."
                            .formatted(e.getPattern(), e.getDescription()));
        }
    }

    private static InputException unknown(String pattern, List<String> expected) {
        return InputException.wrongUse(
                "no benchmark matches \"%s\": expected a pattern for one of %s."
                        .formatted(pattern, String.join(", ", expected)));
    }

    private static List<String> known() {
        return names(List.copyOf(BenchmarkList.defaultList().getAll(silent(), List.of())));
    }

    private static List<String> names(List<BenchmarkListEntry> entries) {
        return entries.stream()
                .map(entry -> entry.getUserClassQName().replaceFirst(".*\\.", ""))
                .sorted()
                .distinct()
                .toList();
    }

    private static OutputFormat silent() {
        return OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
    }
}
