package kvbench.profile;

import kvbench.model.InputException;

import org.openjdk.jmh.profile.ProfilerFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.ProfilerConfig;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The profilers that a command line asks for, by the names that users give them.
 *
 * <p>To JMH a profiler is one of its own names or a class. Here the suite's profilers have short
 * names too, one {@code -prof} may name several ({@code -prof gc,rss,kv}), and {@code async} finds
 * its library and writes a flame graph. What stands after the first colon are the options of the
 * last profiler named, commas and all, as JMH has it.
 */
public final class Profilers {
    /** The suite's own, by their short names. */
    private static final SequencedMap<String, String> OWN =
            new TreeMap<>(
                    Map.of(
                            "energy", "kvbench.profile.EnergyProfiler",
                            "kv", "kvbench.profile.KvProfiler",
                            "ortalloc", "kvbench.profile.OrtAllocProfiler",
                            "rss", "kvbench.profile.RssProfiler",
                            "vram", "kvbench.profile.VramProfiler"));

    /** As {@code ProfilerFactory} has them, which shows them to nobody. */
    static final Set<String> OF_JMH =
            new TreeSet<>(
                    Set.of(
                            "async",
                            "cl",
                            "comp",
                            "dtraceasm",
                            "gc",
                            "jfr",
                            "mempool",
                            "pauses",
                            "perf",
                            "perfasm",
                            "perfc2c",
                            "perfnorm",
                            "safepoints",
                            "stack",
                            "xperfasm"));

    /** Spellings that JMH's parser takes for {@code -prof}, the value attached or not. */
    private static final Pattern OPTION = Pattern.compile("--?pro?f?(=.*)?", Pattern.DOTALL);

    private static final String ASYNC = "async";
    private static final String FLIGHT_RECORDER = "jfr";
    private static final int REFUSED = -2;

    private final List<String> otherWords;
    private final List<ProfilerConfig> asked;

    private Profilers(List<String> otherWords, List<ProfilerConfig> asked) {
        this.otherWords = List.copyOf(otherWords);
        this.asked = List.copyOf(asked);
    }

    /**
     * Tells the profilers of a command line from its other words.
     *
     * @param words options of JMH; where JMH would refuse them, none of them is touched
     * @throws InputException if there is no profiler of a name
     */
    public static Profilers of(List<String> words) {
        var others = new ArrayList<String>();
        var asked = new ArrayList<ProfilerConfig>();
        int next = 0;
        while (next < words.size()) {
            int end = endOfOption(words, next);
            if (end == next) {
                others.add(words.get(next));
                next++;
            } else {
                String value = words.get(end - 1);
                asked.addAll(named(end - next == 1 ? value.split("=", 2)[1] : value));
                next = end;
            }
        }
        return new Profilers(others, asked);
    }

    /** The words that ask for no profiler, in their order. */
    public List<String> otherWords() {
        return otherWords;
    }

    /** What JMH is to be told, files of profilers going where it puts them by itself. */
    public List<ProfilerConfig> configs() {
        return asked.stream().map(config -> completed(config, List.of())).toList();
    }

    /**
     * What JMH is to be told for a run whose profilers leave their files in {@code folder}, but for
     * those that the user told another.
     */
    public List<ProfilerConfig> configs(Path folder) {
        return asked.stream()
                .map(config -> completed(config, List.of("dir=" + folder.toAbsolutePath())))
                .toList();
    }

    /** All words as JMH takes them: {@link #configs()} first, then the others. */
    public List<String> wordsOfJmh() {
        return Stream.concat(
                        configs().stream().flatMap(config -> Stream.of("-prof", text(config))),
                        otherWords.stream())
                .toList();
    }

    /** What the user should know of how a profiler works here; one line each. */
    public List<String> remarks() {
        return asked.stream().flatMap(config -> remark(config).stream()).distinct().toList();
    }

    private static Optional<String> remark(ProfilerConfig config) {
        if (config.getKlass().equals(ASYNC)) {
            return new AsyncOptions(config.getOpts()).remark();
        }
        if (config.getKlass().equals(OWN.get("energy"))) {
            return new EnergyProfiler().remark();
        }
        return config.getKlass().equals(OWN.get("vram"))
                ? new VramProfiler().remark()
                : Optional.empty();
    }

    /**
     * Where the files of profilers lie that {@link #configs(Path)} told the folders of {@code
     * forks}, unless the user told them another; empty where no profiler writes files.
     */
    public Optional<String> whereFilesLie(Path forks) {
        String names =
                asked.stream()
                        .filter(config -> !new ProfilerOptions(config.getOpts()).has("dir"))
                        .map(ProfilerConfig::getKlass)
                        .filter(List.of(ASYNC, FLIGHT_RECORDER)::contains)
                        .distinct()
                        .collect(Collectors.joining(", "));
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "-prof %s: its files are below each fork's folder in %s"
                                .formatted(names, forks));
    }

    /** Prints JMH's list of profilers, and the short names of the suite's own. */
    public static void list(PrintStream out) {
        try {
            // Loaded once it is there for JMH too, which would look for it in the system's folders.
            AsyncLibrary.get();
        } catch (InputException e) {
            out.println(e.getMessage());
        }
        ProfilerFactory.listProfilers(out);
        out.println("By a short name:");
        OWN.forEach((name, profiler) -> out.printf("  -prof %s: %s%n", name, profiler));
    }

    private static ProfilerConfig completed(ProfilerConfig config, List<String> whereFilesGo) {
        return switch (config.getKlass()) {
            case ASYNC ->
                    new ProfilerConfig(
                            AsyncInShortFolder.class.getName(),
                            new AsyncOptions(config.getOpts()).completed(whereFilesGo));
            case FLIGHT_RECORDER ->
                    new ProfilerConfig(
                            FlightRecorderInShortFolder.class.getName(),
                            new ProfilerOptions(config.getOpts()).orElse(whereFilesGo).text());
            default -> config;
        };
    }

    private static String text(ProfilerConfig config) {
        return config.getOpts().isEmpty()
                ? config.getKlass()
                : config.getKlass() + ":" + config.getOpts();
    }

    /**
     * Where the option that begins at {@code next} ends, if it is one that asks for a profiler;
     * else {@code next}.
     *
     * <p>JMH's own parser tells: the word may be another option's argument, or stand where there
     * are no options any more.
     */
    private static int endOfOption(List<String> words, int next) {
        Matcher option = OPTION.matcher(words.get(next));
        if (!option.matches()) {
            return next;
        }
        boolean attached = option.group(1) != null;
        int end = next + (attached ? 1 : 2);
        return end <= words.size()
                        && profilersIn(words.subList(0, next)) + 1
                                == profilersIn(words.subList(0, end))
                ? end
                : next;
    }

    /** How many profilers JMH reads there, or a number that stands for none where it refuses. */
    private static int profilersIn(List<String> words) {
        try {
            return new CommandLineOptions(words.toArray(String[]::new)).getProfilers().size();
        } catch (CommandLineOptionException e) {
            return REFUSED;
        }
    }

    private static List<ProfilerConfig> named(String value) {
        String[] namesAndOptions = value.split(":", 2);
        String options = namesAndOptions.length == 1 ? "" : namesAndOptions[1];
        var configs = new ArrayList<ProfilerConfig>();
        String[] names = namesAndOptions[0].split(",", -1);
        for (int i = 0; i < names.length; i++) {
            boolean last = i == names.length - 1;
            configs.add(new ProfilerConfig(known(names[i].strip()), last ? options : ""));
        }
        return configs;
    }

    /** What JMH knows the profiler by. */
    private static String known(String name) {
        String own = OWN.get(name);
        if (own != null) {
            return own;
        }
        if (!OF_JMH.contains(name) && !isClass(name)) {
            throw InputException.wrongUse(
                    "-prof %s: expected one of the suite's profilers (%s), one of JMH's (%s) or a class, found none of that name. -lprof lists them."
                            .formatted(
                                    InputException.quote(name),
                                    String.join(", ", OWN.keySet()),
                                    String.join(", ", OF_JMH)));
        }
        return name;
    }

    private static boolean isClass(String name) {
        try {
            Class.forName(name, false, Profilers.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
