package bench.runner;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

/** The same for tests of JUnit 4: run when the archive of classes is made, so that these are in it too. */
public class WarmOld {
    @Test
    public void warm() {
        assertEquals("warm", "warm");
    }
}
