package kvbench.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters as parts of a folder's name. */
class ShortFolderTest {
    @ParameterizedTest
    @ValueSource(strings = {"static@2", "llama-3.2-1b-shape", "insurance_life_beneficiary", "8"})
    void aShortNameIsKept(String value) {
        assertEquals(value, ShortFolder.shortened(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/b", "/", "ü", "m%p", "with blank"})
    void anythingElseIsAPlainNameWithADigest(String value) {
        assertTrue(
                ShortFolder.shortened(value).matches("[A-Za-z0-9._@-]{0,20}-[0-9a-f]{8}"),
                ShortFolder.shortened(value));
    }

    @Test
    void twoPathsWithTheSameEndStayApart() {
        String first = ShortFolder.shortened("/some/" + "x".repeat(300) + "/tiny");
        assertTrue(first.startsWith("tiny-") && first.length() == 13, first);
        assertNotEquals(first, ShortFolder.shortened("/other/" + "x".repeat(300) + "/tiny"));
    }
}
