package kvbench.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;

class SignalTest {
    @ParameterizedTest
    @CsvSource({
        "0,",
        "1,",
        "3,",
        "128,",
        "129,signal 1",
        "134,SIGABRT",
        "137,SIGKILL",
        "139,SIGSEGV",
        "143,SIGTERM",
        "192,signal 64",
        "193,",
        "255,",
        "-1,"
    })
    void isToldByAnExitCodeBeyond128(int exitCode, String signal) {
        assertEquals(Optional.ofNullable(signal), Signal.ofExitCode(exitCode));
    }
}
