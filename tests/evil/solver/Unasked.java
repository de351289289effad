import static org.junit.jupiter.api.Assertions.*;

import org.junit.jupiter.api.Test;

/** Tests whose only assertion stands in a helper, with nothing constant in it: nothing in them can be asked. */
class Test_java_1 {
    @Test
    void adds() {
        check(7, 3, 4);
    }

    @Test
    void addsMore() {
        check(41, 20, 21);
    }

    private void check(int expected, int a, int b) {
        assertEquals(expected, Solver.add(a, b));
    }
}
