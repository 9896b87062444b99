package kvbench.context;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The ONNX Runtime that computed, as it describes itself.
 *
 * @param version {@code 1.29.0}, say
 * @param build its build string
 * @param library the path of the native library
 * @param provider the execution provider asked for
 * @param environment variables whose name begins with {@code ORT_}: some choose other kernels
 */
public record Runtime(
        String version,
        String build,
        String library,
        String provider,
        Map<String, String> environment) {
    private static final String VARIABLES = "ORT_";

    public Runtime {
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
    }

    /** The runtime that this process has loaded, with the environment that it sees. */
    public static Runtime loaded(String version, String build, String library, String provider) {
        Map<String, String> environment = new TreeMap<>(System.getenv());
        environment.keySet().removeIf(name -> !name.startsWith(VARIABLES));
        return new Runtime(version, build, library, provider, environment);
    }

    /** For a run that loaded no runtime; {@code why} says what kept it. */
    public static Runtime unknown(String why) {
        String unknown = Unknown.because(why);
        return new Runtime(unknown, unknown, unknown, unknown, Map.of());
    }
}
