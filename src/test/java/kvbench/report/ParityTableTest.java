package kvbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kvbench.context.Parity;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;

class ParityTableTest {
    private static final Parity EQUAL =
            new Parity(
                    "tiny",
                    "cpu",
                    "2",
                    Map.of(),
                    "dynamic",
                    true,
                    new Parity.Equal(24, "ab", 1e-6, 0.5));

    private static final Parity FAILED =
            new Parity("tiny", "cpu", "2", Map.of(), "chunked", true, new Parity.Failed("full"));

    private static final Parity DIFFERENT =
            new Parity(
                    "tiny",
                    "cpu",
                    "2",
                    Map.of(),
                    "static",
                    true,
                    new Parity.Different(
                            24,
                            "cd",
                            3,
                            new Parity.Token(412, " the"),
                            new Parity.Token(7, "\n"),
                            1.25,
                            0.003,
                            false));

    private static final Parity LOSSY =
            new Parity(
                    "tiny",
                    "cpu",
                    "2",
                    Map.of(),
                    "int8",
                    false,
                    new Parity.Different(
                            24,
                            "ef",
                            20,
                            new Parity.Token(1, "a"),
                            new Parity.Token(2, "\uFFFD"),
                            0.5,
                            0.25,
                            false));

    @Test
    void namesWhereTokensDiffer() {
        assertEquals(
                """
                Tokens that are not those of none

                model                  strategy  claim     token  expected    found     gap  |logit diff|
                ---------------------  --------  -----  --------  ----------  -----  ------  ------------
                tiny (cpu, threads 2)  static    exact   3 of 24  412 " the"  7 " "  0.0030          1.25
                tiny (cpu, threads 2)  int8      lossy  20 of 24  1 "a"       2 "?"   0.250         0.500

                The first token that differs from none's, greedy, on a short script: a prompt, a second one on top, and,
                  rewound, the second one again. gap: none's lead of the best score over the second best there; where it is
                  smaller than the largest difference between scores up to there, the two are at a near tie.
                """,
                ParityTable.of(List.of(EQUAL, FAILED, DIFFERENT, LOSSY)).orElseThrow());
    }

    @Test
    void thereIsNoneWhereNothingDiffers() {
        assertEquals(Optional.empty(), ParityTable.of(List.of(EQUAL, FAILED)));
    }
}
