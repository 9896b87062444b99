package kvbench.context;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The ONNX Runtime that computed, as it describes itself, and what it was told.
 *
 * @param version {@code 1.29.0}, say
 * @param build its build string
 * @param builtFor {@code CPU}, or the CUDA that it was built for: {@code CUDA 12}
 * @param library the path of the native library
 * @param librarySha256 SHA-256 of that file
 * @param computing how the suite has it compute
 * @param environment variables of the process that choose kernels, threads or allocators, or bring
 *     other libraries in
 */
public record Runtime(
        String version,
        String build,
        String builtFor,
        String library,
        String librarySha256,
        Computing computing,
        Map<String, String> environment) {

    /**
     * What the suite asks of the runtime. Where the cells of a run differ, all values, separated by
     * commas.
     *
     * @param provider the execution provider asked for
     * @param threads threads that work on one operator
     * @param elementType type of the graph's numbers and of the cache
     * @param sessionOptions options of each session, in the words of ONNX Runtime where it has a
     *     key for them
     */
    public record Computing(
            String provider,
            List<Integer> threads,
            String elementType,
            Map<String, String> sessionOptions) {
        public Computing {
            threads = List.copyOf(threads);
            sessionOptions = sorted(sessionOptions);
        }
    }

    private static final List<String> PREFIXES =
            List.of("ORT_", "OMP_", "KMP_", "CUDA_", "MALLOC_");
    private static final Set<String> NAMES = Set.of("LD_PRELOAD", "GLIBC_TUNABLES");

    public Runtime {
        environment = sorted(environment);
    }

    /** The runtime that this process has loaded, with the environment that it sees. */
    public static Runtime loaded(
            String version, String build, String builtFor, Path library, Computing computing) {
        return new Runtime(
                version,
                build,
                builtFor,
                library.toString(),
                Sha256.ofFile(library),
                computing,
                chosen(System.getenv()));
    }

    /** For a run that loaded no runtime; {@code why} says what kept it. */
    public static Runtime unknown(String why) {
        String unknown = Unknown.because(why);
        return new Runtime(
                unknown,
                unknown,
                unknown,
                unknown,
                unknown,
                new Computing(unknown, List.of(), unknown, Map.of()),
                Map.of());
    }

    static Map<String, String> chosen(Map<String, String> variables) {
        Map<String, String> chosen = new TreeMap<>(variables);
        chosen.keySet()
                .removeIf(
                        name ->
                                !NAMES.contains(name)
                                        && PREFIXES.stream().noneMatch(name::startsWith));
        return chosen;
    }

    private static Map<String, String> sorted(Map<String, String> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }
}
