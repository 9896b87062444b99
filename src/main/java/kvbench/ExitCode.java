package kvbench;

/** What a command's exit status means. */
final class ExitCode {
    static final int FINE = 0;
    static final int ANSWER_IS_NO = 1;
    static final int WRONG_USE = 2;
    static final int COULD_NOT_RUN = 3;

    private ExitCode() {}
}
