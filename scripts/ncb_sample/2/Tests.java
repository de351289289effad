import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;

class MeasurementsTest {
    @Test
    void testColumns() {
        double[][] found = Measurements.standardize(new double[][]{{2.0, 10.0}, {4.0, 30.0}});
        assertArrayEquals(new double[]{-1.0, -1.0}, found[0], 1e-9);
        assertArrayEquals(new double[]{1.0, 1.0}, found[1], 1e-9);
    }

    @Test
    void testEqualColumnBecomesZeros() {
        double[][] found = Measurements.standardize(new double[][]{{5.0, 1.0}, {5.0, 3.0}, {5.0, 5.0}});
        assertEquals(0.0, found[1][0], 1e-9);
        assertEquals(-1.224744871, found[0][1], 1e-6);
    }

    @Test
    void testShape() {
        double[][] found = Measurements.standardize(new double[7][2]);
        assertEquals(7, found.length);
        assertEquals(2, found[6].length);
    }

    @Test
    void testNearest() {
        double[][] table = {{0, 0}, {3, 4}, {6, 8}};
        assertEquals(1, Measurements.nearest(table, new double[]{4, 4}));
        assertEquals(2, Measurements.nearest(table, new double[]{50, 8}));
    }

    @Test
    void testNearestTakesTheFirst() {
        double[][] table = {{9, 9}, {1, 0}, {0, 1}};
        assertEquals(1, Measurements.nearest(table, new double[]{0, 0}));
    }

    @Test
    void testNearestOfNothing() {
        assertThrows(IllegalArgumentException.class, () -> Measurements.nearest(new double[0][0], new double[]{1, 2}));
    }
}
