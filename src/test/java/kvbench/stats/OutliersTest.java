package kvbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OutliersTest {

    @Test
    void aForkFarFromTheOthersIsOne() {
        // Median 71, deviations 1, 1, 3, 449: their median 2, 3.5 x 1.4826 x 2 = 10.4; half 35.5
        assertEquals(1, Outliers.count(new double[] {70, 72, 68, 520}));
    }

    @Test
    void forksThatAgreeHaveNoneHoweverWell() {
        assertEquals(0, Outliers.count(new double[] {100, 100, 100, 100, 100, 149}));
        assertEquals(1, Outliers.count(new double[] {100, 100, 100, 100, 100, 151}));
    }

    @Test
    void forksThatAllLieApartHaveNone() {
        assertEquals(0, Outliers.count(new double[] {10, 100, 200, 300}));
    }

    @Test
    void ofThreeNoneIsTold() {
        assertEquals(0, Outliers.count(new double[] {1, 1, 100}));
        assertEquals(0, Outliers.count(new double[0]));
    }
}
