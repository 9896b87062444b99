package kvbench.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GenerationTest {
    private static final Generation FOUR =
            new Generation(
                    152,
                    152,
                    new int[] {7, 8, 9, 7},
                    new long[] {100_000_000, 130_000_000, 150_000_000, 250_000_000});

    private static final Generation ONE =
            new Generation(3, 3, new int[] {7}, new long[] {50_000_000});

    @Test
    void theFirstTokensTimeIsThePrefillsAndTheLastTheWhole() {
        assertEquals(100_000_000, FOUR.timeToFirstToken());
        assertEquals(250_000_000, FOUR.totalNanos());
        assertEquals(150_000_000, FOUR.decodeNanos());
    }

    @Test
    void gapsAddUpToTheDecodeTime() {
        assertArrayEquals(
                new long[] {30_000_000, 20_000_000, 100_000_000}, FOUR.interTokenLatencies());
    }

    @Test
    void timePerOutputTokenIsTheMeanGap() {
        assertEquals(50_000_000.0, FOUR.timePerOutputToken());
    }

    @Test
    void percentilesAreThoseOfTheGaps() {
        assertEquals(Percentiles.of(FOUR.interTokenLatencies()), FOUR.interTokenPercentiles());
        assertEquals(30_000_000.0, FOUR.interTokenPercentiles().p50());
        assertEquals(100_000_000.0, FOUR.interTokenPercentiles().max());
    }

    @Test
    void throughputIsOfAllTokensOverAllTime() {
        assertEquals(16.0, FOUR.tokensPerSecond());
    }

    @Test
    void oneTokenAloneHasNoGap() {
        assertEquals(50_000_000, ONE.totalNanos());
        assertEquals(0, ONE.decodeNanos());
        assertArrayEquals(new long[0], ONE.interTokenLatencies());
        assertEquals(Double.NaN, ONE.timePerOutputToken());
        assertEquals(Double.NaN, ONE.interTokenPercentiles().p50());
        assertEquals(Double.NaN, ONE.interTokenPercentiles().max());
        assertEquals(20.0, ONE.tokensPerSecond());
    }
}
