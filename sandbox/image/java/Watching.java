package bench.runner;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Listens to one execution in its own thread, and hands what happens on to the thread that watches over it. */
final class Watching implements TestExecutionListener {
    enum Kind { BEGUN, ENDED, OVER }

    /** `at` is of the clock of `System.nanoTime`. */
    record Event(Kind kind, String test, Outcome outcome, long at) {}

    private final List<String> tests;
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, Integer> open = new HashMap<>();
    private final Map<String, Outcome> outcomes = new HashMap<>();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private Outcome above = Outcome.NOT_RUN;
    private TestPlan plan;

    Watching(Suite suite, List<String> tests) {
        this.tests = List.copyOf(tests);
        for (String test : tests) {
            for (String id : suite.ids(test)) names.put(id, test);
            open.put(test, suite.ids(test).size());
        }
    }

    List<String> tests() {
        return tests;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void executionStarted(TestIdentifier found) {
        String test = names.get(found.getUniqueId());
        if (test != null && !outcomes.containsKey(test)) add(Kind.BEGUN, test, null);
        if (test != null) outcomes.putIfAbsent(test, Outcome.PASSED);
    }

    @Override
    public void executionSkipped(TestIdentifier found, String reason) {
        note(found, Outcome.skipped(reason));
    }

    @Override
    public void executionFinished(TestIdentifier found, TestExecutionResult result) {
        note(found, Outcome.of(result));
    }

    private void note(TestIdentifier found, Outcome outcome) {
        String test = testOf(found);
        if (test == null) {
            if (outcome != Outcome.PASSED) above = outcome;
            return;
        }
        outcomes.merge(test, outcome, Outcome::worse);
        if (!names.containsKey(found.getUniqueId()) || open.merge(test, -1, Integer::sum) > 0) return;
        add(Kind.ENDED, test, outcomes.get(test).seen());
    }

    /** The test that this is, or is a run of; null for classes and engines. */
    private String testOf(TestIdentifier found) {
        for (TestIdentifier at = found; at != null; at = plan.getParent(at).orElse(null)) {
            String test = names.get(at.getUniqueId());
            if (test != null) return test;
        }
        return null;
    }

    /** The execution has ended, or broke. */
    void over(Throwable broken) {
        if (broken instanceof ThreadDeath) add(Kind.OVER, null, Outcome.STOPPED);
        else add(Kind.OVER, null, (broken == null ? above : Outcome.of(broken)).seen());
    }

    private void add(Kind kind, String test, Outcome outcome) {
        events.add(new Event(kind, test, outcome, System.nanoTime()));
    }

    /** What happens next; null when nothing does for so many seconds. */
    Event next(double seconds) {
        try {
            return events.poll((long) (Math.max(0, seconds) * TimeUnit.SECONDS.toNanos(1)), TimeUnit.NANOSECONDS);
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Whether anything happens within so many seconds. */
    boolean moves(double seconds) {
        long end = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        try {
            while (events.isEmpty() && System.nanoTime() < end) Thread.sleep(5);
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
        return !events.isEmpty();
    }
}
