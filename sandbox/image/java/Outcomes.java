package bench.runner;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * What became of each test method, by its name: `testA`, or `Inner::testA` in a nested class. A method that runs several
 * times has passed when every run has. One that was skipped or never started has not.
 */
final class Outcomes implements TestExecutionListener {
    private static final int MESSAGE = 1000;

    private final String top;
    private final Map<String, String> outcomes = new LinkedHashMap<>();
    private final Map<String, String> messages = new LinkedHashMap<>();
    private volatile TestPlan plan;

    Outcomes(String top) {
        this.top = top;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
        for (TestIdentifier root : started.getRoots()) {
            for (TestIdentifier test : started.getDescendants(root)) {
                if (test.isTest()) note(test, "not_run", null);
            }
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        if (test.isTest()) note(test, "skipped", reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        String message = result.getThrowable().map(String::valueOf).orElse(null);
        boolean passed = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
        if (test.isTest()) note(test, passed ? "passed" : result.getStatus().name().toLowerCase(), message);
        else if (!passed && message != null) messages.putIfAbsent(nameOf(test), cut(message));
        if (!passed) result.getThrowable().ifPresent(Throwable::printStackTrace);
    }

    private synchronized void note(TestIdentifier test, String outcome, String message) {
        String name = nameOf(test);
        String before = outcomes.get(name);
        boolean better = before == null || before.equals("not_run") || before.equals("passed");
        if (better) outcomes.put(name, outcome);
        if (better && message != null) messages.put(name, cut(message));
    }

    String nameOf(TestIdentifier test) {
        StringBuilder name = new StringBuilder();
        for (TestIdentifier at = test; at != null; at = plan.getParent(at).orElse(null)) {
            name.insert(0, partOf(at));
        }
        return name.length() == 0 ? test.getDisplayName() : name.toString();
    }

    /** What one level adds to the name: nothing for engines, the top class and the runs of one method. */
    private String partOf(TestIdentifier test) {
        Object source = test.getSource().orElse(null);
        if (source instanceof MethodSource) return test.isTest() && repeats(test) ? "" : ((MethodSource) source).getMethodName();
        if (!(source instanceof ClassSource)) return "";
        String className = ((ClassSource) source).getClassName();
        return className.equals(top) ? "" : className.substring(className.lastIndexOf('$') + 1) + "::";
    }

    private boolean repeats(TestIdentifier test) {
        Object above = plan.getParent(test).flatMap(TestIdentifier::getSource).orElse(null);
        return above instanceof MethodSource;
    }

    private static String cut(String message) {
        return message.length() <= MESSAGE ? message : message.substring(0, MESSAGE);
    }

    Map<String, String> outcomes() {
        return outcomes;
    }

    Map<String, String> messages() {
        return messages;
    }
}
