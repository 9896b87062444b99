package kvbench.model;

import java.util.Map;

/** How a user starts the suite: what a text begins with that names a command to run. */
public final class SuiteCommand {
    /** Environment variable in which a script that starts the jar names itself. */
    private static final String VARIABLE = "KVBENCH_COMMAND";

    private static final String JAR = "java -jar target/benchmarks.jar";

    private SuiteCommand() {}

    /** {@code words} behind the way in which this process was started. */
    public static String line(String words) {
        return line(System.getenv(), words);
    }

    static String line(Map<String, String> environment, String words) {
        return environment.getOrDefault(VARIABLE, JAR) + " " + words;
    }
}
