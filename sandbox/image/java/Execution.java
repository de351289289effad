package bench.runner;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.discovery.UniqueIdSelector;

/** Runs tests with one set of loaded classes, in threads of their own, and goes on without those that hang. */
final class Execution {
    private static final double PATIENCE = 0.5; // seconds that a test which took too long may take to notice it

    private final Suite suite;
    private final String round;
    private final Loader loader;
    private final double seconds;
    private final Consumer<Map<String, Object>> tell;
    // Of this name, since a test may look at it.
    private final ThreadGroup threads = new ThreadGroup("main");

    Execution(Suite suite, String round, Loader loader, double seconds, Consumer<Map<String, Object>> tell) {
        this.suite = suite;
        this.round = round;
        this.loader = loader;
        this.seconds = seconds;
        this.tell = tell;
    }

    /** Run these tests, and tell of each of them once. */
    void run(List<String> tests) {
        List<String> left = new ArrayList<>(tests);
        while (!left.isEmpty()) {
            Watching watching = new Watching(suite, left);
            Thread thread = new Thread(threads, () -> execute(watching), "main");
            thread.setDaemon(true);
            thread.setContextClassLoader(loader);
            thread.start();
            follow(watching, thread, left);
        }
    }

    private void execute(Watching watching) {
        List<UniqueIdSelector> selectors = new ArrayList<>();
        for (String test : watching.tests()) {
            for (String id : suite.ids(test)) selectors.add(DiscoverySelectors.selectUniqueId(id));
        }
        Throwable broken = null;
        try {
            Suite.LAUNCHER.execute(Suite.request(selectors), watching);
        } catch (Throwable thrown) {
            broken = thrown;
        }
        watching.over(broken);
    }

    /** Hear of tests until the execution is over, or hangs; what was told is no longer left. */
    private void follow(Watching watching, Thread thread, List<String> left) {
        String running = null;
        long began = System.nanoTime();
        while (true) {
            Watching.Event event = watching.next(seconds - since(began));
            if (event == null) {
                // Before the first test is begun, what hangs is what all of them need.
                if (running != null && left.contains(running)) timedOut(running, since(began), left);
                else for (String test : List.copyOf(left)) timedOut(test, since(began), left);
                if (!ended(watching, thread)) return;
                running = null;
                began = System.nanoTime();
            } else if (event.kind() == Watching.Kind.BEGUN) {
                running = event.test();
                began = event.at();
            } else if (event.kind() == Watching.Kind.ENDED) {
                double took = between(began, event.at());
                if (left.remove(event.test())) tell.accept(event.outcome().told(round, event.test(), took, suite.file()));
                running = null;
                began = event.at();
            } else if (event.outcome() == Outcome.STOPPED) {
                return; // by the end of a test that was over just then: those that are left run anew
            } else {
                over(event.outcome(), running, since(began), left);
                return;
            }
        }
    }

    private void timedOut(String test, double took, List<String> left) {
        left.remove(test);
        tell.accept(Outcome.timeout(seconds).told(round, test, took, suite.file()));
    }

    /** Make a test that hangs end; false when it does not, and is left behind. */
    private boolean ended(Watching watching, Thread thread) {
        thread.interrupt();
        if (watching.moves(PATIENCE)) return true;
        stop(thread);
        return watching.moves(PATIENCE);
    }

    /** Tell of the test in which the execution broke off, or why none of those that are left was begun. */
    private void over(Outcome why, String running, double took, List<String> left) {
        if (running != null && left.remove(running)) {
            tell.accept(why.told(round, running, took, suite.file()));
            return;
        }
        for (String test : List.copyOf(left)) {
            left.remove(test);
            tell.accept(why.told(round, test, 0, suite.file()));
        }
    }

    /** Stop the threads that are left. */
    void end() {
        Thread[] living = new Thread[threads.activeCount() + 10];
        int count = threads.enumerate(living);
        for (int i = 0; i < count; i++) living[i].interrupt();
        for (int i = 0; i < count; i++) stop(living[i]);
    }

    /** Not while a class is made ready for use, which it would never be again in this virtual machine. */
    @SuppressWarnings("deprecation")
    private static void stop(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getMethodName().equals("<clinit>")) return;
        }
        thread.stop();
    }

    private static double since(long began) {
        return between(began, System.nanoTime());
    }

    private static double between(long began, long ended) {
        return (ended - began) / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
