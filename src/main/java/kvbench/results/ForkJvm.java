package kvbench.results;

import java.util.List;

/**
 * The Java that a result's forks ran on, as JMH's file tells it.
 *
 * @param jdkVersion version of the JDK
 * @param name the virtual machine
 * @param version the virtual machine's version, with the build
 * @param arguments options of the forks
 */
public record ForkJvm(String jdkVersion, String name, String version, List<String> arguments) {
    /** That of a file which does not tell it, as of old versions of JMH. */
    public static final ForkJvm UNKNOWN = new ForkJvm("", "", "", List.of());

    public ForkJvm {
        arguments = List.copyOf(arguments);
    }

    /** Whether the file does not tell the version. */
    public boolean isUnknown() {
        return jdkVersion.isEmpty();
    }

    /** {@code 25.0.3 (25.0.3+9-LTS)}. */
    public String versions() {
        return "%s (%s)".formatted(jdkVersion, version);
    }
}
