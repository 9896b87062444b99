package kvbench.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * GPT-2's alphabet of 256 characters, one for each byte: what the ByteLevel steps of a {@code
 * tokenizer.json} read and write.
 *
 * <p>A byte that is a visible Latin-1 character stands for itself; the others, in their order, take
 * the characters from U+0100 on.
 */
final class ByteAlphabet {
    private static final int BYTES = 256;
    private static final int FIRST_STAND_IN = 0x100;
    private static final int SOFT_HYPHEN = 0xAD;

    private static final List<String> LETTERS = letters();

    private ByteAlphabet() {}

    /** The letter of each byte, from byte 0 to byte 255. */
    static List<String> letters() {
        var letters = new ArrayList<String>();
        int standIn = FIRST_STAND_IN;
        for (int value = 0; value < BYTES; value++) {
            letters.add(Character.toString(isVisible(value) ? value : standIn++));
        }
        return List.copyOf(letters);
    }

    /** The letters of a text's UTF-8 bytes. */
    static List<String> spell(String text) {
        var spelling = new ArrayList<String>();
        for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
            spelling.add(LETTERS.get(Byte.toUnsignedInt(value)));
        }
        return spelling;
    }

    private static boolean isVisible(int value) {
        return value >= '!' && value <= '~' || value >= 0xA1 && value != SOFT_HYPHEN;
    }
}
