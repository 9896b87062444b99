package kvbench.profile;

/**
 * Ends a fork whose parent is gone. It would go on measuring for nobody, beside the run that is
 * resumed meanwhile.
 */
final class ParentWatch {
    /** System property with the parent's process number, set by the suite for its forks. */
    static final String PARENT_PROPERTY = "kvbench.fork.parent";

    private static final int EXIT_CODE = 3;
    private static boolean begun;

    private ParentWatch() {}

    /** Begins to watch, where a parent is named and is not watched yet. */
    static synchronized void begin() {
        if (begun || System.getProperty(PARENT_PROPERTY) == null) {
            return;
        }
        begun = true;
        ProcessHandle.of(Long.getLong(PARENT_PROPERTY))
                .map(ProcessHandle::onExit)
                .ifPresentOrElse(exit -> exit.thenRun(ParentWatch::end), ParentWatch::end);
    }

    private static void end() {
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
