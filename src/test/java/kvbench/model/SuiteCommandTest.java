package kvbench.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.Map;

class SuiteCommandTest {
    @Test
    void isTheJarsUnlessAScriptNamesItself() {
        assertEquals(
                "java -jar target/benchmarks.jar verify --json",
                SuiteCommand.line(Map.of(), "verify --json"));
        assertEquals(
                "bin/kvbench verify --json",
                SuiteCommand.line(Map.of("KVBENCH_COMMAND", "bin/kvbench"), "verify --json"));
    }
}
