package kvbench.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.model.InputException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class HistoryTest {
    @Test
    void isNamedInLowerCase() {
        assertEquals(List.of("scripted", "generated"), History.names());
        assertEquals(History.SCRIPTED, History.parse("scripted"));
        assertEquals(History.GENERATED, History.parse("generated"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Scripted", "SCRIPTED", "scripted ", "own"})
    void anotherNameIsWrongUse(String name) {
        var e = assertThrows(InputException.class, () -> History.parse(name));

        assertTrue(e.isWrongUse());
        assertEquals(
                "unknown history \"" + name + "\": expected one of scripted, generated.",
                e.getMessage());
    }
}
