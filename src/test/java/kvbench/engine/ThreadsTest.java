package kvbench.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.model.InputException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadsTest {
    @Test
    void autoIsAsManyAsThereAreCores() {
        assertEquals(Runtime.getRuntime().availableProcessors(), Threads.parse("auto"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 1024})
    void aNumberIsItself(int threads) {
        assertEquals(threads, Threads.parse("" + threads));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                "+1",
                "01",
                "1.5",
                "1025",
                "9999",
                "99999999999",
                "two",
                "AUTO",
                " 1",
                "\u0661"
            })
    void anythingElseIsWrongUse(String text) {
        var e = assertThrows(InputException.class, () -> Threads.parse(text));

        assertTrue(e.isWrongUse());
        assertEquals(
                "threads: expected auto or a whole number from 1 to 1024, found \"" + text + "\".",
                e.getMessage());
    }
}
