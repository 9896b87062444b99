package kvbench.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.model.InputException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class CacheScopeTest {
    @Test
    void isNamedInLowerCase() {
        assertEquals(List.of("turn", "session"), CacheScope.names());
        assertEquals(CacheScope.TURN, CacheScope.parse("turn"));
        assertEquals(CacheScope.SESSION, CacheScope.parse("session"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Turn", "TURN", "turn ", "conversation"})
    void anotherNameIsWrongUse(String name) {
        var e = assertThrows(InputException.class, () -> CacheScope.parse(name));

        assertTrue(e.isWrongUse());
        assertEquals(
                "unknown scope \"" + name + "\": expected one of turn, session.", e.getMessage());
    }
}
