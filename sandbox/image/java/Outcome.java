package bench.runner;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.platform.engine.TestExecutionResult;
import org.opentest4j.MultipleFailuresError;

/** What became of a test: an outcome, what was thrown, what was compared, and what was touched on the way. */
final class Outcome {
    static final Outcome PASSED = new Outcome("passed", null, "");
    static final Outcome STOPPED = new Outcome("timeout", null, "");
    static final Outcome NOT_RUN = new Outcome("error", null, "it was not run");
    private static final Set<Class<?>> NETWORK =
        Set.of(UnknownHostException.class, ConnectException.class, SocketException.class, NoRouteToHostException.class);
    private static final int MESSAGE = 1000; // characters
    private static final int CAUSES = 20;

    private final String outcome;
    private final Throwable thrown;
    private final String message;
    private final Compared compared;
    private final Collection<String> touched;

    private Outcome(String outcome, Throwable thrown, String message) {
        this(outcome, thrown, message, null, List.of());
    }

    private Outcome(String outcome, Throwable thrown, String message, Compared compared, Collection<String> touched) {
        this.outcome = outcome;
        this.thrown = thrown;
        this.message = message;
        this.compared = compared;
        this.touched = touched;
    }

    static Outcome of(TestExecutionResult result) {
        Throwable thrown = result.getThrowable().orElse(null);
        switch (result.getStatus()) {
            case SUCCESSFUL: return PASSED;
            case ABORTED: return skipped(thrown == null ? "" : String.valueOf(thrown.getMessage()));
            default: return of(thrown);
        }
    }

    static Outcome of(Throwable thrown) {
        Throwable first = first(thrown);
        String outcome = thrown instanceof AssertionError ? "failed" : "error";
        return new Outcome(outcome, first, thrown == null ? "" : text(thrown), Compared.of(first), List.of());
    }

    static Outcome skipped(String reason) {
        return new Outcome("skipped", null, reason == null ? "" : reason);
    }

    static Outcome timeout(double seconds) {
        return new Outcome("timeout", null, "still running after " + seconds + " s").seen();
    }

    /** The first of several failures that were thrown together. */
    private static Throwable first(Throwable thrown) {
        if (!(thrown instanceof MultipleFailuresError)) return thrown;
        List<Throwable> all = ((MultipleFailuresError) thrown).getFailures();
        return all.isEmpty() ? thrown : first(all.get(0));
    }

    private static String text(Throwable thrown) {
        try {
            return String.valueOf(thrown.getMessage());
        } catch (RuntimeException | StackOverflowError broken) {
            return "its message cannot be read: " + broken.getClass().getSimpleName();
        }
    }

    /** The worse of two runs of one test; the first of two that are equally bad. */
    Outcome worse(Outcome other) {
        return other.weight() > weight() ? other : this;
    }

    private int weight() {
        return List.of("passed", "skipped").indexOf(outcome) < 0 ? 2 : outcome.equals("skipped") ? 1 : 0;
    }

    /** The same, with what was touched since the last time that this was asked. */
    Outcome seen() {
        Collection<String> found = new TreeSet<>(Touches.taken());
        Throwable at = thrown;
        for (int depth = 0; at != null && depth < CAUSES; depth++, at = at.getCause()) {
            if (NETWORK.contains(at.getClass())) found.add("network");
        }
        return new Outcome(outcome, thrown, message, compared, found);
    }

    /** As it is told: the fields of a run. */
    Map<String, Object> told(String round, String test, double seconds, String file) {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("round", round);
        run.put("test", test);
        run.put("outcome", outcome);
        run.put("raised", thrown == null ? "" : thrown.getClass().getSimpleName());
        run.put("message", oneLine(message));
        run.put("line", line(file));
        run.put("operator", compared == null ? "" : "==");
        run.put("left", compared == null ? null : compared.expected());
        run.put("right", compared == null ? null : compared.actual());
        run.put("seconds", seconds);
        run.put("touched", new ArrayList<>(touched));
        return run;
    }

    private static String oneLine(String text) {
        String line = text.strip().replaceAll("\\s*\\R\\s*", " ");
        return line.length() <= MESSAGE ? line : line.substring(0, MESSAGE);
    }

    /** Where in the file of the tests it was thrown, or was called what threw it. */
    private Integer line(String file) {
        if (thrown == null) return null;
        for (StackTraceElement frame : thrown.getStackTrace()) {
            if (file.equals(frame.getFileName()) && frame.getLineNumber() > 0) return frame.getLineNumber();
        }
        return null;
    }
}
