package kvbench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.Map;

class JmhResultTest {
    @Test
    void whatOlderVersionsDidWithoutSayingSoIsNotChosen() {
        assertEquals(
                Map.of("strategy", "static"),
                JmhResult.chosen(
                        Map.of(
                                "strategy", "static",
                                "dtype", "auto",
                                "sampling", "auto",
                                "allocator", "",
                                "scope", "turn")));
        assertEquals(
                Map.of("dtype", "float16", "scope", "session", "model", "auto", "turns", "turn"),
                JmhResult.chosen(
                        Map.of(
                                "dtype", "float16",
                                "scope", "session",
                                "model", "auto",
                                "turns", "turn")));
    }
}
