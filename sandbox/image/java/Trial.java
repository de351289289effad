package bench.runner;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Tries out a suite as its author wrote it: takes the solution's classes and files, then the tests' classes and the rounds,
 * and tells of each test as it ends. Nothing is hidden from the code here, and what it reports is believed.
 */
public final class Trial {
    /** Seconds: a machine that is busy, or whose clock hurries, still warms up. */
    private static final double PATIENT = 1e6;

    private Trial() {}

    public static void main(String[] arguments) throws IOException {
        Wire wire = new Wire();
        warm();
        Map<String, Object> solution = wire.hear();
        if (solution == null) return;
        Surroundings.settle(solution);
        wire.say(Map.of("loaded", true));
        Map<String, Object> tests = wire.hear();
        if (tests == null) return;
        new Trying(solution, tests, wire).all();
        wire.say(Map.of("done", true));
        // Threads that the code left behind would keep the machine alive.
        Runtime.getRuntime().halt(0);
    }

    private static void warm() throws IOException {
        Object rounds = List.of(Map.of("name", "warm"));
        Map<String, Object> tests = Map.of("test_class", Warm.class.getName(), "rounds", rounds, "test_seconds", PATIENT);
        new Trying(Map.of(), tests, null).all();
    }
}
