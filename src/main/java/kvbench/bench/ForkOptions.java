package kvbench.bench;

import java.util.List;

/** Options of the virtual machine in which a benchmark's fork runs. */
public final class ForkOptions {
    /** A manifest entry allows the parent process its native calls, but not its forks. */
    public static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

    /**
     * The protobuf library still reads memory in the old way; the graph is exported with it before
     * the clock starts.
     */
    public static final String UNSAFE_ACCESS = "--sun-misc-unsafe-memory-access=allow";

    /** All of them, for where they have to be given beside others. */
    public static final List<String> ALL = List.of(NATIVE_ACCESS, UNSAFE_ACCESS);

    private ForkOptions() {}
}
