package kvbench.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.RunnerException;

class FailureReasonTest {
    @Test
    void isTheFirstErrorUnderneathJmhsOwn() {
        var cause = new IllegalStateException("no\n  memory");
        assertEquals(
                "no memory",
                FailureReason.of(new RunnerException("Benchmark caught the exception", cause)));
        assertEquals(
                "java.lang.IllegalStateException",
                FailureReason.of(new RunnerException(new IllegalStateException())));
    }

    @Test
    void namesTheSignalThatEndedAFork() {
        assertEquals(
                "the fork died with exit code 137 (SIGKILL: by hand, or by the kernel for want of"
                        + " memory)",
                ofExitCode(137));
        assertEquals("the fork died with exit code 159 (signal 31)", ofExitCode(159));
        assertEquals("the fork died with exit code 1", ofExitCode(1));
    }

    private static String ofExitCode(int code) {
        return FailureReason.of(
                new RunnerException(
                        new IllegalStateException("Forked VM failed with exit code " + code)));
    }
}
