package kvbench.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

import kvbench.untrusted.Nasty;
import kvbench.untrusted.Reader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Whatever the index of a checkpoint's shards says, or a {@code seed.json}. */
class ModelFilesFuzzTest {
    private static final String INDEX =
            """
            {"metadata":{"total_size":8},"weight_map":{"a":"model-00001-of-00002.safetensors",\
            "b":"model-00002-of-00002.safetensors"}}\
            """;

    private static final String SEED = "{\"seed\":7,\"tokenizer\":\"another-model\"}";

    @TempDir static Path folder;

    @DictionaryEntries({
        "\"metadata\"",
        "\"weight_map\"",
        "\"model.safetensors\"",
        "\"../\"",
        "\"/etc/passwd\"",
        "\"seed\"",
        "\"tokenizer\"",
        "..",
        "/",
        "\\u0000",
        "{",
        "}",
        ":",
        ","
    })
    @FuzzTest(maxDuration = "1m")
    void leadOutOfNoFolder(byte[] content) {
        checkIndex(content);
        checkSeed(content);
    }

    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Test
    void everyPartOfTheIndexMayBeAnything() {
        Nasty.of(INDEX, ModelFilesFuzzTest::checkIndex);
    }

    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Test
    void everyPartOfTheSeedMayBeAnything() {
        Nasty.of(SEED, ModelFilesFuzzTest::checkSeed);
    }

    @Test
    void aShardLiesBesideItsIndex() {
        for (String shard :
                List.of(
                        "../a",
                        "a/../../b",
                        "/etc/passwd",
                        "sub/a",
                        "..",
                        ".",
                        "",
                        "..\\\\a",
                        "\\u0000",
                        "a/",
                        "/",
                        "//a",
                        "~/a")) {
            String index = "{\"weight_map\":{\"t\":\"%s\"}}".formatted(shard);
            byte[] content = index.getBytes(StandardCharsets.UTF_8);
            write(folder.resolve(Checkpoint.INDEX), content);
            Optional<ShardIndex> read = checkIndex(content);
            assertTrue(read.isEmpty(), () -> index + " was taken as " + read);
        }
    }

    private static Optional<ShardIndex> checkIndex(byte[] content) {
        Path file = folder.resolve(Checkpoint.INDEX);
        write(file, content);
        Optional<ShardIndex> read =
                Reader.ofJson().read(content.length, () -> ShardIndex.read(file));
        read.ifPresent(
                index -> {
                    for (Path shard : index.shards().values()) {
                        assertEquals(folder, shard.normalize().getParent(), shard::toString);
                    }
                });
        return read;
    }

    private static void checkSeed(byte[] content) {
        Path file = folder.resolve(ModelFolder.SEED);
        write(file, content);
        Reader.ofJson()
                .read(content.length, () -> Seed.parse(InputFile.text(file), file.toString()))
                .flatMap(Seed::tokenizer)
                .ifPresent(
                        name -> assertEquals(folder, folder.resolve(name).normalize().getParent()));
    }

    private static void write(Path to, byte[] content) {
        try {
            Files.write(to, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
