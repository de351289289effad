package bench.runner;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A round in a process of its own: one with another clock, since libfaketime is in a process from its start or not at all,
 * and one that was run before, since a virtual machine orders `Set.of` and its kin otherwise each time that it is started.
 */
final class OtherProcess {
    private static final String LIBRARY = System.getProperty("bench.faketime", "");
    private static final String COMMAND = System.getProperty("bench.trial", "");

    private static final Pattern RATE = Pattern.compile(" x([0-9.]+)$");
    /** Durations and timed waits stay true. */
    private static final Map<String, String> TRUE = Map.of("FAKETIME_DONT_FAKE_MONOTONIC", "1", "FAKETIME_FORCE_MONOTONIC_FIX", "0");
    /** Where time runs at another rate it does so for waits and durations too: otherwise they never end, or at once. */
    private static final Map<String, String> HURRIED = Map.of("FAKETIME_FORCE_MONOTONIC_FIX", "1");

    private final String clock;
    private final double rate;

    OtherProcess(String clock) {
        this.clock = clock;
        Matcher rated = RATE.matcher(clock);
        rate = rated.find() ? Double.parseDouble(rated.group(1)) : 1;
    }

    /** Real seconds as this process counts them. */
    double hurried(double seconds) {
        return seconds * rate;
    }

    /** Whether a process can have this clock here; an empty one is the true time. */
    static boolean has(String clock) {
        return clock.isEmpty() || !LIBRARY.isEmpty();
    }

    /** Hold a trial's conversation with it, and hand on what it says of its tests. */
    void run(Map<String, Object> solution, Map<String, Object> tests, Consumer<Map<String, Object>> tell) throws IOException {
        Surroundings.restore();
        Process process = start();
        try {
            Wire wire = new Wire(process.getInputStream(), process.getOutputStream());
            wire.say(solution);
            wire.hear();
            wire.say(tests);
            Map<String, Object> said = wire.hear();
            for (; said != null && said.containsKey("run"); said = wire.hear()) {
                Map<String, Object> run = Wire.map(said.get("run"));
                run.put("seconds", ((Number) run.get("seconds")).doubleValue() / rate);
                tell.accept(run);
            }
            if (said == null) Surroundings.SAID.println("a process of its own for a round ended before its tests did; its clock: " + clock);
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(COMMAND).redirectError(Redirect.DISCARD);
        if (!clock.isEmpty()) {
            builder.environment().putAll(Map.of("LD_PRELOAD", LIBRARY, "FAKETIME", clock));
            builder.environment().putAll(rate == 1 ? TRUE : HURRIED);
        }
        return builder.start();
    }
}
