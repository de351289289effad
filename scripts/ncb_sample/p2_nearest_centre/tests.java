import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;

class NearestCentreTest {
    private final double[][] points = {{0, 0}, {2, 0}, {10, 10}, {12, 14}, {-6, 8}};
    private final int[] labels = {3, 3, 5, 5, 9};

    private NearestCentre fitted() {
        NearestCentre model = new NearestCentre();
        model.fit(points, labels);
        return model;
    }

    @Test
    void centresAreMeans() {
        assertArrayEquals(new double[] {1, 0}, fitted().centre(3), 1e-9);
        assertArrayEquals(new double[] {11, 12}, fitted().centre(5), 1e-9);
        assertEquals(8.0, fitted().centre(9)[1], 1e-9);
    }

    @Test
    void predictsTheNearest() {
        int[] found = fitted().predict(new double[][] {{9, 9}, {0.5, 1}, {-5, 5}});
        assertArrayEquals(new int[] {5, 3, 9}, found);
        assertEquals(3, found[1]);
    }

    @Test
    void predictsOnePoint() {
        int[] found = fitted().predict(new double[][] {{100, 50}});
        assertEquals(1, found.length);
        assertEquals(5, found[0]);
    }

    @Test
    void ofEquallyNearLabelsTheSmallest() {
        NearestCentre model = new NearestCentre();
        model.fit(new double[][] {{4}, {0}}, new int[] {7, 8});
        assertArrayEquals(new int[] {7, 8, 7}, model.predict(new double[][] {{2}, {1}, {3}}));
        assertEquals(7, model.predict(new double[][] {{2}})[0]);
    }

    @Test
    void scoreIsTheRightPart() {
        assertEquals(1.0, fitted().score(points, labels), 1e-9);
        assertEquals(0.6, fitted().score(points, new int[] {3, 5, 5, 3, 9}), 1e-9);
        assertEquals(0.2, fitted().score(points, new int[] {9, 9, 9, 5, 3}), 1e-9);
    }

    @Test
    void threeDimensions() {
        NearestCentre model = new NearestCentre();
        model.fit(new double[][] {{1, 2, 3}, {3, 4, 8}, {0, 0, -1}}, new int[] {1, 1, 0});
        assertEquals(5.5, model.centre(1)[2], 1e-9);
        assertEquals(0, model.predict(new double[][] {{0, 1, 1}})[0]);
        assertEquals(1, model.predict(new double[][] {{2, 2, 4}})[0]);
    }

    @Test
    void noPointsAtAll() {
        assertThrows(IllegalArgumentException.class, () -> new NearestCentre().fit(new double[0][2], new int[0]));
    }
}
