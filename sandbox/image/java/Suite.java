package bench.runner;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The classes of a trial, and its tests by their name: a name may stand for several methods, or for one that repeats. */
final class Suite {
    static final Launcher LAUNCHER = LauncherFactory.create();

    private final Tools tools = Tools.FOUND;
    private final Map<String, byte[]> classes = new TreeMap<>();
    private final Map<String, byte[]> watched = new TreeMap<>();
    private final String testClass;
    private final Map<String, List<String>> tests = new LinkedHashMap<>();
    private boolean keepsOrder = true;

    Suite(Map<String, Object> solution, Map<String, Object> message) {
        testClass = (String) message.get("test_class");
        classes.putAll(Wire.decoded(Wire.map(solution.get("classes"))));
        classes.putAll(Wire.decoded(Wire.map(message.get("classes"))));
        classes.forEach((name, content) -> watched.put(name, tools.watched(content)));
    }

    /** Find the tests; null, or why the test class cannot be loaded. */
    String discover() {
        Outcomes naming = new Outcomes(testClass);
        try {
            Loader loader = loader(null);
            Thread.currentThread().setContextClassLoader(loader);
            Class<?> type = Class.forName(testClass, false, loader);
            TestPlan plan = LAUNCHER.discover(request(List.of(DiscoverySelectors.selectClass(type))));
            naming.testPlanExecutionStarted(plan);
            for (TestIdentifier root : plan.getRoots()) {
                for (TestIdentifier found : plan.getDescendants(root)) add(naming.nameOf(found), found, plan);
            }
        } catch (ClassNotFoundException | LinkageError missing) {
            return missing.toString();
        }
        return tests.isEmpty() ? "no test in " + testClass : null;
    }

    private void add(String name, TestIdentifier found, TestPlan plan) {
        if (found.getSource().orElse(null) instanceof ClassSource) {
            Class<?> type = ((ClassSource) found.getSource().get()).getJavaClass();
            keepsOrder &= !AnnotationSupport.isAnnotated(type, TestMethodOrder.class);
        }
        if (!isMethod(found) || plan.getParent(found).filter(Suite::isMethod).isPresent()) return;
        tests.computeIfAbsent(name, first -> new ArrayList<>()).add(found.getUniqueId());
        keepsOrder &= found.getUniqueId().startsWith("[engine:junit-jupiter]");
    }

    static boolean isMethod(TestIdentifier test) {
        return test.getSource().orElse(null) instanceof MethodSource;
    }

    static LauncherDiscoveryRequest request(List<? extends DiscoverySelector> selectors) {
        return LauncherDiscoveryRequestBuilder.request().selectors(selectors).build();
    }

    /** The tests' names, in JUnit's own order. */
    Collection<String> names() {
        return tests.keySet();
    }

    /** The unique ids of what a name stands for. */
    List<String> ids(String name) {
        return tests.get(name);
    }

    /** Whether tests run in the order in which they are selected: those of JUnit 4, or with an own order, do not. */
    boolean keepsOrder() {
        return keepsOrder;
    }

    /** The name of the file with the tests. */
    String file() {
        return testClass.substring(testClass.lastIndexOf('.') + 1) + ".java";
    }

    /** Something that measures what is reached in the solution; null where JaCoCo is not here. */
    Coverage coverage() {
        return tools.coverage(classes, file());
    }

    /** The classes as if nothing had used them yet. */
    Loader loader(Coverage coverage) {
        return new Loader(coverage == null ? watched : instrumented(coverage));
    }

    private Map<String, byte[]> instrumented(Coverage coverage) {
        Map<String, byte[]> found = new TreeMap<>(watched);
        coverage.instrumented().forEach((name, content) -> found.put(name, tools.watched(content)));
        return found;
    }
}
