package kvbench.context;

import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * The Java that started the run.
 *
 * <p>JMH's forks may add arguments of their own: those stand in each result of {@code
 * results.json}.
 *
 * @param vendor who built it
 * @param name its virtual machine
 * @param version its full version, with the build
 * @param arguments options it was started with, without those of the program
 */
public record Jvm(String vendor, String name, String version, List<String> arguments) {
    public Jvm {
        arguments = List.copyOf(arguments);
    }

    /** The Java that runs this. */
    public static Jvm here() {
        return new Jvm(
                Unknown.unless(System.getProperty("java.vendor"), "Java names no vendor"),
                Unknown.unless(System.getProperty("java.vm.name"), "Java names no machine"),
                java.lang.Runtime.version().toString(),
                ManagementFactory.getRuntimeMXBean().getInputArguments());
    }
}
