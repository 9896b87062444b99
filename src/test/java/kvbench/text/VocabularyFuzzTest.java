package kvbench.text;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

import kvbench.untrusted.Nasty;
import kvbench.untrusted.Reader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Whatever a {@code tokenizer.json} says, as far as the suite reads it itself. */
class VocabularyFuzzTest {
    private static final String FILE =
            """
            {"added_tokens":[{"id":0,"content":"<s>","special":true},{"id":5,"content":"x"}],\
            "decoder":{"type":"Sequence","decoders":[{"type":"ByteFallback"}]},\
            "model":{"type":"BPE","vocab":{"<s>":0,"a":1,"<0xE2>":2},"merges":["a a"]}}\
            """;

    private static final String UNIGRAM =
            "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"<s>\",0.0],[\"a\",-1.5]]}}";

    private static final int MOST_IDS = 1 << 24;

    @DictionaryEntries({
        "\"model\"",
        "\"vocab\"",
        "\"added_tokens\"",
        "\"id\"",
        "\"special\"",
        "\"decoder\"",
        "\"type\"",
        "\"ByteFallback\"",
        "\"<0xE2>\"",
        "16777215",
        "-1",
        "true",
        "[",
        "{",
        "}",
        "]"
    })
    @FuzzTest(maxDuration = "1m")
    void isAVocabularyOrIsRefused(byte[] file) {
        String json = new String(file, StandardCharsets.UTF_8);

        Reader.ofJson()
                .read(file.length, () -> Vocabulary.parse(json, "tokenizer.json"))
                .ifPresent(
                        vocabulary -> {
                            assertTrue(vocabulary.size() > 0 && vocabulary.size() <= MOST_IDS);
                            assertTrue(vocabulary.special().length() <= vocabulary.size());
                            assertTrue(vocabulary.lone().length() <= vocabulary.size());
                        });
    }

    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Test
    void everyFieldMayBeAnything() {
        Nasty.of(FILE, this::isAVocabularyOrIsRefused);
        Nasty.of(UNIGRAM, this::isAVocabularyOrIsRefused);
    }
}
