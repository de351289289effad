package bench.runner;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rounds of one trial, one after the other. */
final class Trying {
    private final Map<String, Object> solution;
    private final Map<String, Object> message;
    private final Wire wire;
    private final Suite suite;
    private final double seconds;
    private final double slowSeconds;
    private final Set<String> left;
    private final Set<List<Object>> seen = new HashSet<>();
    private boolean first = true;

    /** Hears the two messages that describe a trial; without a wire it tells nobody. */
    Trying(Map<String, Object> solution, Map<String, Object> message, Wire wire) {
        this.solution = solution;
        this.message = message;
        this.wire = wire;
        suite = new Suite(solution, message);
        seconds = number(message, "test_seconds", 10);
        slowSeconds = number(message, "slow_seconds", Double.MAX_VALUE);
        left = new HashSet<>(strings(message.get("without")));
    }

    void all() throws IOException {
        String missing = suite.discover();
        if (missing != null) {
            tell("unloadable", missing);
            return;
        }
        for (Object each : (List<?>) message.get("rounds")) round(Wire.map(each));
    }

    private void round(Map<String, Object> round) throws IOException {
        String clock = (String) round.getOrDefault("clock", "");
        boolean coverage = Boolean.TRUE.equals(round.get("coverage"));
        boolean repeats = !seen.add(Arrays.asList(round.get("order"), round.get("alone"), clock));
        if (clock.isEmpty() && (coverage || !repeats)) here(round);
        else if (OtherProcess.has(clock)) elsewhere(new OtherProcess(clock), round);
        else Surroundings.SAID.println("without libfaketime no round has another clock: left out " + round.get("name"));
        first = false;
        if (wire != null) Surroundings.hush();
    }

    private void elsewhere(OtherProcess process, Map<String, Object> round) throws IOException {
        Map<String, Object> told = told(round);
        told.put("test_seconds", process.hurried(seconds));
        process.run(solution, told, this::tell);
    }

    /** The second message again, for this round alone and without another clock. */
    private Map<String, Object> told(Map<String, Object> round) {
        Map<String, Object> plain = new LinkedHashMap<>(round);
        plain.put("clock", "");
        plain.put("coverage", false);
        Map<String, Object> told = new LinkedHashMap<>(message);
        told.put("rounds", List.of(plain));
        told.remove("slow_seconds");
        told.put("without", new ArrayList<>(left));
        return told;
    }

    private void here(Map<String, Object> round) throws IOException {
        String name = (String) round.get("name");
        List<String> tests = wanted(round.get("order"));
        if (Boolean.TRUE.equals(round.get("alone"))) {
            alone(name, tests, Boolean.TRUE.equals(round.get("coverage")));
        } else {
            boolean itsOwn = round.get("order") == null || suite.keepsOrder();
            together(name, itsOwn ? List.of(tests) : oneByOne(tests));
        }
    }

    private List<String> wanted(Object order) {
        List<String> wanted = new ArrayList<>(order == null ? suite.names() : strings(order));
        wanted.removeIf(name -> left.contains(name) || !suite.names().contains(name));
        return wanted;
    }

    private static List<List<String>> oneByOne(List<String> tests) {
        List<List<String>> found = new ArrayList<>();
        for (String test : tests) found.add(List.of(test));
        return found;
    }

    /** Each test with classes, threads and files of its own. */
    private void alone(String round, List<String> tests, boolean coverage) throws IOException {
        Coverage measured = coverage ? suite.coverage() : null;
        for (String test : tests) {
            Surroundings.restore();
            Probes.forget();
            Execution execution = new Execution(suite, round, suite.loader(measured), seconds, this::tell);
            execution.run(List.of(test));
            execution.end();
            if (measured != null) measured.note(test, Probes.reached());
        }
        if (measured != null) tell("coverage", measured.report());
    }

    /** Tests that share classes, in one execution after the other. */
    private void together(String round, List<List<String>> executions) throws IOException {
        Surroundings.restore();
        Execution execution = new Execution(suite, round, suite.loader(null), seconds, this::tell);
        for (List<String> tests : executions) execution.run(tests);
        execution.end();
    }

    private void tell(Map<String, Object> run) {
        if (first && ((Double) run.get("seconds")) > slowSeconds) left.add((String) run.get("test"));
        tell("run", run);
    }

    private void tell(String kind, Object what) {
        try {
            if (wire != null) wire.say(Map.of(kind, what));
        } catch (IOException gone) {
            Runtime.getRuntime().halt(1);
        }
    }

    private static double number(Map<String, Object> message, String name, double otherwise) {
        Object value = message.get(name);
        return value == null ? otherwise : ((Number) value).doubleValue();
    }

    @SuppressWarnings("unchecked")
    private static Collection<String> strings(Object list) {
        return list == null ? List.of() : (List<String>) list;
    }
}
