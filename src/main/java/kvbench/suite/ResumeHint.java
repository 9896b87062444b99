package kvbench.suite;

import kvbench.model.SuiteCommand;
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
                                                + " Go on with: %s%n",
                                        folder.missing().size(),
                                        folder.plan().order().size(),
                                        SuiteCommand.line("bench --resume " + folder.path())));
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The run has come to its end. */
    void notNeeded() {
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
