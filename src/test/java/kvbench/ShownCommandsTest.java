package kvbench;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import java.util.List;

class ShownCommandsTest {
    private static final String JAR = "java -jar target/benchmarks.jar";

    @Test
    void readsALineAsTheShellWould() {
        assertAll(
                () ->
                        assertEquals(
                                List.of("generate", "--prompt", "two words", "--json"),
                                ShownCommands.words(
                                        JAR
                                                + " generate --prompt \"two words\" --json >"
                                                + " out.json")),
                () ->
                        assertEquals(
                                List.of("bench", "-p", "turns=1,5"),
                                ShownCommands.words(JAR + " bench -p 'turns=1,5'   # minutes")),
                () ->
                        assertEquals(
                                List.of("compare", "base=jmh-results/*-base", "--by", "run"),
                                ShownCommands.words(
                                        JAR
                                                + " compare base=$(ls -d jmh-results/*-base) --by"
                                                + " run || code=$?")),
                () -> assertEquals(List.of(), ShownCommands.words(JAR)));
    }

    @Test
    void takesAJarOfAnotherCheckoutAndWhatMavenPassesOn() {
        assertAll(
                () ->
                        assertEquals(
                                List.of(JAR + " verify"),
                                ShownCommands.suiteLines(
                                                "java -jar $side/target/benchmarks.jar verify")
                                        .toList()),
                () ->
                        assertEquals(
                                List.of(JAR + " bench -p turns=5"),
                                ShownCommands.suiteLines(
                                                "mvn verify -Pjmh -Djmh.args=\"-p turns=5\"")
                                        .toList()),
                () -> assertEquals(List.of(), ShownCommands.suiteLines("mvn verify").toList()));
    }

    @Test
    void findsCommandsOfOneKindWhateverTheirLengthAndValues() {
        String shown = JAR + " bench DecodeStepBenchmark --label a -p depth=1,2 -prof async";
        assertAll(
                () ->
                        assertEquals(
                                ShownCommands.kind(shown),
                                ShownCommands.kind(
                                        JAR
                                                + " bench DecodeStepBenchmark \"${quick[@]}\" -p"
                                                + " depth=32 -prof async -f 1")),
                () ->
                        assertNotEquals(
                                ShownCommands.kind(shown),
                                ShownCommands.kind(
                                        JAR + " bench DecodeStepBenchmark -p depth=32 -prof gc")),
                () ->
                        assertEquals(
                                ShownCommands.kind(JAR + " compare base=a/b cand=a/c"),
                                ShownCommands.kind(
                                        JAR + " compare base=\"$base\" cand=\"$cand\"")));
    }

    @Test
    void refusesAnOptionThatIsNone() {
        assertThrows(
                CommandLine.UnmatchedArgumentException.class,
                () -> ShownCommands.assertParses(JAR + " compare a/b --by-strategy"));
    }
}
