package kvbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import kvbench.cache.CacheStrategy;
import kvbench.reference.TinyFolder;
import kvbench.verify.Agreement;
import kvbench.verify.Tolerance;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

class VerifyCommandTest {
    @TempDir Path temporary;

    private Path model;

    @BeforeEach
    void writeModel() {
        model = TinyFolder.write(temporary.resolve("tiny"), 512);
    }

    /** A graph in float16 is another computation than one in float32, though not by much. */
    @Test
    void holdsTheScoresOfFloat16AgainstTheCpuInFloat32() throws IOException {
        CommandRun run =
                verify(
                        "--strategies",
                        "none,dynamic,static",
                        "--dtype",
                        "float16",
                        "--sampling",
                        "host",
                        "--reference",
                        "cpu",
                        "--json");
        assertEquals(ExitCode.FINE, run.exitCode(), run.out() + run.err());
        JsonNode scores = new ObjectMapper().readTree(run.out()).path("scores");
        assertEquals("none on cpu, float32", scores.path("reference").asText());
        assertEquals(Tolerance.DEFAULT, scores.path("tolerance").asDouble());
        assertEquals(
                List.of("none", "dynamic", "static"),
                scores.path("strategies").findValuesAsText("strategy"));
        for (JsonNode row : scores.path("strategies")) {
            assertEquals("WITHIN", row.path("verdict").asText());
            double relative = row.path("relative_difference").asDouble();
            assertTrue(relative > 0, row::toString);
            assertEquals(
                    row.path("largest_logit_difference").asDouble()
                            / row.path("largest_logit").asDouble(),
                    relative);
        }
    }

    @Test
    void answersNoBeyondTheTolerance() {
        CommandRun run =
                verify(
                        "--strategies", "none,dynamic,static",
                        "--dtype", "float16",
                        "--reference", "cpu",
                        "--tolerance", "1e-9");
        assertEquals(ExitCode.ANSWER_IS_NO, run.exitCode(), run.out() + run.err());
        assertTrue(
                run.out().contains("tiny against none on cpu, float32, within 1.0E-9 of its"),
                run.out());
        assertEquals(
                3, run.out().lines().filter(line -> line.endsWith("  BEYOND")).count(), run.out());
        assertEquals(
                3, run.out().lines().filter(line -> line.endsWith("  AGREES")).count(), run.out());
    }

    @Test
    void isTheSameAsItselfOnTheCpu() {
        CommandRun run = verify("--reference", "cpu", "--tolerance", "1e-5");
        assertEquals(ExitCode.FINE, run.exitCode(), run.out() + run.err());
    }

    @Test
    void saysNothingOfAReferenceThatNobodyAskedFor() {
        CommandRun run = verify();
        assertEquals(ExitCode.FINE, run.exitCode(), run.out() + run.err());
        assertFalse(run.out().contains("on cpu"), run.out());
    }

    /** Another token is another answer; against another way of computing it may be a near tie. */
    @ParameterizedTest
    @CsvSource({
        "-1, -1, 0.02, true",
        "-1, 5, 0.02, true",
        "5, -1, 0.02, false",
        "-1, -1, 0.021, false"
    })
    void isFineWhereTokensAreThoseOfNoneAndScoresAreNear(
            int differsFromNone, int differsFromCpu, double apart, boolean fine) {
        var findings =
                new Findings(
                        "tiny",
                        Optional.empty(),
                        List.of(row(differsFromNone, 0)),
                        Optional.of(
                                new Findings.Scores(
                                        new Tolerance(Tolerance.DEFAULT),
                                        List.of(row(differsFromCpu, 10 * apart)))));
        assertEquals(fine, findings.areFine());
    }

    @ParameterizedTest
    @CsvSource({"0.02, true, NEAR TIE", "0.021, false, DIFFERS"})
    void takesANearTieOfSixteenBitsForWhatItIs(double apart, boolean fine, String verdict) {
        var findings =
                new Findings(
                        "tiny",
                        Optional.of(new Tolerance(Tolerance.DEFAULT)),
                        List.of(row(5, 10 * apart)),
                        Optional.empty());
        assertEquals(fine, findings.areFine());
        assertTrue(findings.toText().stripTrailing().endsWith("  " + verdict));
    }

    private static Agreement row(int firstDifference, double apart) {
        return new Agreement(
                CacheStrategy.STATIC,
                24,
                firstDifference < 0 ? OptionalInt.empty() : OptionalInt.of(firstDifference),
                apart,
                10,
                0.002);
    }

    private CommandRun verify(String... options) {
        var words =
                new ArrayList<>(
                        List.of(
                                "verify",
                                "--model",
                                model.toString(),
                                "--provider",
                                "cpu",
                                "--threads",
                                "1",
                                "--max-new-tokens",
                                "4"));
        words.addAll(List.of(options));
        return CommandRun.of(words.toArray(String[]::new));
    }
}
