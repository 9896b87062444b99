package kvbench.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.model.InputException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.runner.options.TimeValue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class ShardTest {
    private static final List<Cell> CELLS =
            List.of(
                    cell("1", "none", 1),
                    cell("1", "static", 1),
                    cell("2", "none", 1),
                    cell("2", "static", 1),
                    cell("3", "none", 1),
                    cell("3", "static", 1));

    @Test
    void takesEveryNthComparisonWithAllItsArms() {
        assertEquals(List.of(0, 1, 4, 5), Shard.parse("1/2").of(CELLS));
        assertEquals(List.of(2, 3), Shard.parse("2/2").of(CELLS));
        assertEquals(List.of(), Shard.parse("4/4").of(CELLS));
    }

    @Test
    void allPartsTogetherAreTheWhole() {
        for (int count = 1; count <= 5; count++) {
            var all = new ArrayList<Integer>();
            for (int number = 1; number <= count; number++) {
                all.addAll(Shard.parse(number + "/" + count).of(CELLS));
            }
            all.sort(null);
            assertEquals(IntStream.range(0, 6).boxed().toList(), all);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "0/2", "3/2", "-1/2", "1/0", "a/b", "1/2/3", "1 / 2"})
    void refusesWhatIsNoPart(String text) {
        var complaint = assertThrows(InputException.class, () -> Shard.parse(text));
        assertTrue(complaint.isWrongUse());
        assertEquals(
                "--shard: expected K/N with K from 1 to N, such as 2/8, found \"%s\"."
                        .formatted(text),
                complaint.getMessage());
    }

    private static Cell cell(String depth, String strategy, int forks) {
        return new Cell(
                "kvbench.bench.DecodeStepBenchmark.step",
                Map.of("depth", depth, "strategy", strategy),
                new Schedule(
                        forks, 1, 1, TimeValue.milliseconds(500), TimeValue.milliseconds(500)));
    }
}
