package kvbench.profile;

import org.openjdk.jmh.profile.AsyncProfiler;
import org.openjdk.jmh.profile.ProfilerException;

/** JMH's {@code async}, whatever the length of a benchmark's parameters. */
public final class AsyncInShortFolder extends ShortFolder {
    /** Made by JMH, with the profiler's options. */
    public AsyncInShortFolder(String options) throws ProfilerException {
        super(new AsyncProfiler(options));
    }
}
