import static org.junit.jupiter.api.Assertions.*;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Test_java_1 {
    @Test
    void adds() {
        assertEquals(7, Solver.add(3, 4));
        assertEquals(-2, Solver.add(-5, 3));
        assertEquals(41, Solver.add(20, 21));
    }

    @Test
    void greets() {
        assertEquals("hello Bob", Solver.greet("Bob"));
        assertEquals("hello Ann", Solver.greet("Ann"));
    }

    @Test
    void sorts() {
        assertEquals(Arrays.asList(1, 2, 3), Solver.sorted(Arrays.asList(3, 1, 2)));
        assertEquals(Arrays.asList(5, 8), Solver.sorted(Arrays.asList(8, 5)));
    }

    @Test
    void tellsEvenFromOdd() {
        assertTrue(Solver.even(4));
        assertFalse(Solver.even(7));
        assertTrue(Solver.even(0));
    }

    @Test
    void refusesWhatHasNoRoot() {
        assertEquals(3, Solver.root(10));
        assertThrows(IllegalArgumentException.class, () -> Solver.root(-1));
    }

    @Test
    void shares() {
        int[] expected = {2, 2, 3};
        assertArrayEquals(expected, Solver.share(7, 3));
    }
}
