package kvbench.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Optional;

class ArenaPeaksTest {
    private final ArenaPeaks peaks = new ArenaPeaks();

    @Test
    void thePeakIsTheWorksOwnWhereTheWorkRaisedIt() {
        assertEquals(Figure.of(500), peaks.during("a", mostInUse(300), mostInUse(500)));
    }

    @Test
    void belowAnEarlierHigherPeakThereIsNone() {
        peaks.during("a", mostInUse(300), mostInUse(500));
        assertEquals(
                Figure.unknown("hidden below an earlier and higher peak"),
                peaks.during("b", mostInUse(500), mostInUse(500)));
    }

    @Test
    void theFirstRunOfTheSameWorkThatRaisedItStandsForLaterOnes() {
        peaks.during("a", mostInUse(300), mostInUse(500));
        peaks.during("b", mostInUse(500), mostInUse(900));
        assertEquals(Figure.of(500), peaks.during("a", mostInUse(900), mostInUse(900)));
    }

    @Test
    void readsTheRuntimesStatisticsByTheirNames() {
        assertEquals(
                Optional.of(new ArenaUse(1, 2, 3, 4, 5)),
                ArenaUse.of(
                        Map.of(
                                "InUse", 1L,
                                "MaxInUse", 2L,
                                "RequestedInUse", 3L,
                                "TotalAllocated", 4L,
                                "NumAllocs", 5L,
                                "NumArenaExtensions", 6L)));
    }

    @Test
    void anAllocatorWithoutStatisticsHasNoUse() {
        assertEquals(Optional.empty(), ArenaUse.of(Map.of()));
    }

    private static ArenaUse mostInUse(long bytes) {
        return new ArenaUse(100, bytes, 0, 0, 0);
    }
}
