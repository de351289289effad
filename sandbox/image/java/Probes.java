package bench.runner;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Where the instrumented classes of a solution note what is reached. */
public final class Probes {
    private static Map<String, boolean[]> reached = new ConcurrentHashMap<>();

    private Probes() {}

    /** The probes of a class, which asks once and keeps them. */
    public static boolean[] of(String name, int count) {
        return reached.computeIfAbsent(name, first -> new boolean[count]);
    }

    static void forget() {
        reached = new ConcurrentHashMap<>();
    }

    /** The probes by the classes' internal names, as they are now. */
    static Map<String, boolean[]> reached() {
        Map<String, boolean[]> found = new HashMap<>();
        reached.forEach((name, probes) -> found.put(name, probes.clone()));
        return found;
    }
}
