package kvbench.profile;

import org.openjdk.jmh.profile.JavaFlightRecorderProfiler;
import org.openjdk.jmh.profile.ProfilerException;

/** JMH's {@code jfr}, whatever the length of a benchmark's parameters. */
public final class FlightRecorderInShortFolder extends ShortFolder {
    /** Made by JMH, with the profiler's options. */
    public FlightRecorderInShortFolder(String options) throws ProfilerException {
        super(new JavaFlightRecorderProfiler(options));
    }
}
