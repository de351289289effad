package bench.runner;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Called from the classes of a trial, which are rewritten for that: what they touch, and what they compare. */
public final class Touches {
    private static final Set<String> TOUCHED = ConcurrentHashMap.newKeySet();
    private static volatile Object[] compared;

    private Touches() {}

    /** In place of `System.exit`, which would end the whole trial. */
    public static final class SystemExit extends Error {
        private static final long serialVersionUID = 1L;

        SystemExit(int status) {
            super("ended the virtual machine with exit code " + status);
        }
    }

    public static void touch(String kind) {
        TOUCHED.add(kind);
    }

    public static void exit(int status) {
        throw new SystemExit(status);
    }

    public static void exit(Runtime machine, int status) {
        throw new SystemExit(status);
    }

    /** An assertion of that name is about to compare these. */
    public static void compare(Object expected, Object actual, String assertion) {
        compared = new Object[] {assertion, expected, actual};
    }

    /** An assertion is about to compare what is not noted. */
    public static void forget() {
        compared = null;
    }

    /** The name of the assertion that compared last, and the two sides; null where they are not known. */
    static Object[] compared() {
        return compared;
    }

    /** What was touched since this was last asked. */
    static Set<String> taken() {
        Set<String> found = new TreeSet<>(TOUCHED);
        TOUCHED.clear();
        return found;
    }
}
