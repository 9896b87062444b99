package kvbench.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.List;

class ByteAlphabetTest {

    @Test
    void givesEachByteALetterOfItsOwn() {
        assertEquals(256, ByteAlphabet.letters().size());
        assertEquals(256, new HashSet<>(ByteAlphabet.letters()).size());
    }

    @Test
    void spellsVisibleBytesAsThemselvesAndTheOthersFromU0100On() {
        assertEquals(List.of("a", "!", "~"), ByteAlphabet.spell("a!~"));
        assertEquals(List.of("Ā", "Ċ", "Ġ", "ġ"), ByteAlphabet.spell("\0\n \u007F"));
        assertEquals(List.of("Ã", "©", "Â", "Ń"), ByteAlphabet.spell("é\u00AD"));
    }
}
