package kvbench.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class ClosingTest {
    @Test
    void closesEachPartInItsOrderWhateverTheOthersDo() {
        var closed = new ArrayList<String>();
        AutoCloseable first = () -> fail(closed, "first");
        AutoCloseable second = () -> closed.add("second");
        AutoCloseable third = () -> fail(closed, "third");

        RuntimeException thrown =
                assertThrows(
                        RuntimeException.class, () -> Closing.all(List.of(first, second, third)));

        assertEquals(List.of("first", "second", "third"), closed);
        assertEquals("first", thrown.getMessage());
        assertEquals("third", thrown.getSuppressed()[0].getMessage());
    }

    private static void fail(List<String> closed, String name) {
        closed.add(name);
        throw new IllegalStateException(name);
    }
}
