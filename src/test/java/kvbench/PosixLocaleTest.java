package kvbench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class PosixLocaleTest {
    @Test
    void takesTheLastWordsOfTheCommandLine() {
        String[] asDecodedByTheJvm = {"generate", "--prompt", "caf\ufffd\ufffd", ""};
        assertArrayEquals(
                new String[] {"generate", "--prompt", "caf\u00e9", ""},
                PosixLocale.words(
                        "java\0-jar\0a.jar\0generate\0--prompt\0caf\u00e9\0\0", asDecodedByTheJvm));
    }

    @Test
    void keepsTheWordsWhereTheCommandLineHasOthers() {
        String[] args = {"models", "list"};
        assertArrayEquals(args, PosixLocale.words("java\0@args\0x\0", args));
    }

    @Test
    void keepsTheWordsWhereTheCommandLineIsShorter() {
        String[] args = {"a", "b"};
        assertArrayEquals(args, PosixLocale.words("b\0", args));
        assertArrayEquals(args, PosixLocale.words("", args));
    }
}
