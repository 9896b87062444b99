package kvbench.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {
    @ParameterizedTest
    @CsvSource({
        "0,0.00",
        "12345.6,12346",
        "123.45,123.5",
        "12.345,12.35",
        "1.5,1.50",
        "0.43,0.430",
        "0.01234,0.0123",
        "0.000012,1.20e-05",
        "-2.5,-2.50",
        "NaN,n/a",
        "Infinity,n/a"
    })
    void numbersKeepThreeToFiveDigits(double value, String text) {
        assertEquals(text, Format.number(value));
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "1023,1023 B",
        "1024,1.0 KiB",
        "65536,64.0 KiB",
        "4718592,4.5 MiB",
        "5368709120,5.0 GiB",
        "NaN,n/a"
    })
    void bytesAreInBinaryUnits(double bytes, String text) {
        assertEquals(text, Format.bytes(bytes));
    }

    @ParameterizedTest
    @CsvSource({"1,100.0%", "0.99999,99.9%", "0.9375,93.8%", "0,0.0%", "1.5,150.0%", "NaN,n/a"})
    void onlyAWholeIsAHundredPercent(double part, String text) {
        assertEquals(text, Format.percent(part));
    }
}
