package bench.runner;

import java.util.Map;

/** Measures what tests reach in a solution. */
interface Coverage {
    /** The solution's classes, with probes. */
    Map<String, byte[]> instrumented();

    /** Keep what a test has reached: its probes by the classes' internal names. */
    void note(String test, Map<String, boolean[]> probes);

    /** All that was reached, as it is told. */
    Map<String, Object> report();
}
