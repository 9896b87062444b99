package kvbench.suite;

import kvbench.store.RunFolder;

import java.io.PrintStream;

/** Says how to go on when a run is stopped before its end, as with Ctrl-C. */
final class ResumeHint {
    private final Thread hook;

    ResumeHint(RunFolder folder, PrintStream out) {
        hook =
                new Thread(
                        () ->
                                out.printf(
                                        "%nstopped with %d of %d forks to go; the others are kept."
                                                + " Go on with: java -jar target/benchmarks.jar"
                                                + " bench --resume %s%n",
                                        folder.missing().size(),
                                        folder.plan().order().size(),
                                        folder.path()));
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The run has come to its end. */
    void notNeeded() {
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
