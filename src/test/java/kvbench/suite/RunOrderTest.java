package kvbench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import kvbench.matrix.Cell;
import kvbench.matrix.Schedule;
import kvbench.store.ForkRun;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.options.TimeValue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

class RunOrderTest {
    private static final List<Cell> CELLS =
            List.of(
                    cell("128", "none", 3),
                    cell("128", "static", 3),
                    cell("2048", "none", 3),
                    cell("2048", "static", 3),
                    new Cell(
                            "kvbench.bench.ReadBandwidthBenchmark.read",
                            Map.of(),
                            new Schedule(
                                    1,
                                    1,
                                    1,
                                    TimeValue.milliseconds(500),
                                    TimeValue.milliseconds(500))));

    private static final List<Integer> ALL = IntStream.range(0, 5).boxed().toList();

    @Test
    void runsEveryForkOnce() {
        List<ForkRun> order = RunOrder.of(CELLS, ALL, 1);
        var expected = new HashSet<ForkRun>();
        for (int cell = 0; cell < 4; cell++) {
            for (int fork = 1; fork <= 3; fork++) {
                expected.add(new ForkRun(cell, fork));
            }
        }
        expected.add(new ForkRun(4, 1));
        assertEquals(13, order.size());
        assertEquals(expected, Set.copyOf(order));
    }

    @Test
    void aBlockHoldsOneForkOfEachArmOfAComparisonSideBySide() {
        for (long seed = 0; seed < 100; seed++) {
            List<ForkRun> order = RunOrder.of(CELLS, ALL, seed);
            var withoutBandwidth = order.stream().filter(run -> run.cell() != 4).toList();
            for (int i = 0; i < withoutBandwidth.size(); i += 2) {
                ForkRun first = withoutBandwidth.get(i);
                ForkRun second = withoutBandwidth.get(i + 1);
                assertEquals(first.fork(), second.fork(), "seed " + seed);
                assertEquals(first.cell() / 2, second.cell() / 2, "seed " + seed);
                assertNotEquals(first.cell(), second.cell(), "seed " + seed);
            }
        }
    }

    @Test
    void finishesAPassBeforeTheNext() {
        List<ForkRun> order = RunOrder.of(CELLS, ALL, 3);
        List<Integer> forks =
                order.stream().filter(run -> run.cell() != 4).map(ForkRun::fork).toList();
        assertEquals(List.of(1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3), forks);
    }

    @Test
    void followsFromTheSeedAlone() {
        assertEquals(RunOrder.of(CELLS, ALL, 7), RunOrder.of(CELLS, ALL, 7));
        assertNotEquals(RunOrder.of(CELLS, ALL, 7), RunOrder.of(CELLS, ALL, 8));
    }

    /** In 4,000 blocks each arm is first about half of the time: 4 standard deviations are 127. */
    @Test
    void favoursNoArm() {
        int first = 0;
        for (long seed = 0; seed < 4000; seed++) {
            List<ForkRun> order = RunOrder.of(CELLS.subList(0, 2), List.of(0, 1), seed);
            first += order.getFirst().cell() == 0 ? 1 : 0;
        }
        assertEquals(2000, first, 127, "seeds 0 to 3999");
    }

    @Test
    void runsTheChosenCellsOnly() {
        var cells = new ArrayList<Integer>();
        RunOrder.of(CELLS, List.of(2, 3), 1).forEach(run -> cells.add(run.cell()));
        assertEquals(Set.of(2, 3), Set.copyOf(cells));
        assertEquals(6, cells.size());
    }

    private static Cell cell(String depth, String strategy, int forks) {
        return new Cell(
                "kvbench.bench.DecodeStepBenchmark.step",
                Map.of("depth", depth, "strategy", strategy),
                new Schedule(
                        forks, 1, 1, TimeValue.milliseconds(500), TimeValue.milliseconds(500)));
    }
}
