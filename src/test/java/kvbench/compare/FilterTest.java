package kvbench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import kvbench.model.InputException;
import kvbench.results.SomeResult;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class FilterTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "decodestep | true",
                "benchmark.step | true",
                "converse | false",
                "strategy=static | true",
                "strategy=none,static | true",
                "strategy=none | false",
                "turns=4 | false",
                "decodestep depth=64 | true",
                "converse decode depth=64 | true",
                "strategy=static depth=128 | false",
                "strategy=none strategy=static | true",
            })
    void takesABenchmarkWithOneOfTheWordsAndOneOfTheValuesOfEachParameter(
            String words, boolean isTaken) {
        assertEquals(
                isTaken,
                Filter.of(List.of(words.split(" "))).takes(SomeResult.step("static", 64).build()));
    }

    @Test
    void takesAllWhereNothingIsAsked() {
        assertEquals(Filter.ALL, Filter.of(List.of()));
        assertEquals(true, Filter.ALL.takes(SomeResult.step("static", 64).build()));
    }

    @Test
    void eachWordAndValueThatNoResultHasIsNamed() {
        List<Side> sides =
                List.of(
                        new Side("a", SomeResult.run("a", SomeResult.step("static", 64))),
                        new Side(
                                "b",
                                SomeResult.with(
                                        SomeResult.failed("killed", SomeResult.step("none", 64)),
                                        SomeResult.run("b"))));
        Filter filter =
                Filter.of(
                        List.of(
                                "decode",
                                "Decod e",
                                "strategy=static,none,dynamc",
                                "depth=64,65",
                                "turns=1"));
        assertEquals(
                List.of("Decod e", "depth=65", "strategy=dynamc", "turns=1"),
                filter.unmatched(sides));
        assertEquals(List.of(), Filter.ALL.unmatched(sides));
    }

    @Test
    void doesNotLookIntoThePackage() {
        assertEquals(false, Filter.of(List.of("kvbench")).takes(SomeResult.step("x", 1).build()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "=", "=static", "strategy=", "strategy= "})
    void anEmptyWordIsRefused(String word) {
        assertEquals(
                "--filter: expected part of a benchmark's name or PARAMETER=VALUE[,VALUE...], found"
                        + " \"%s\".".formatted(word),
                assertThrows(InputException.class, () -> Filter.of(List.of(word))).getMessage());
    }
}
