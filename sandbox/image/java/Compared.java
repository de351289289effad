package bench.runner;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.ComparisonFailure;
import org.opentest4j.AssertionFailedError;

/** What an assertion of equality compared when it failed, each side as Java would write it in a source. */
record Compared(String expected, String actual) {
    private static final Pattern NUMBERS =
        Pattern.compile("expected:<(-?[0-9][0-9.E-]*|true|false)> but was:<(-?[0-9][0-9.E-]*|true|false)>$");
    private static final String PARTS = "contents differ";

    /** Null where nothing was compared, or it cannot be told what. */
    static Compared of(Throwable thrown) {
        if (!(thrown instanceof AssertionError)) return null;
        Object[] noted = Touches.compared();
        if (noted != null && calledBy(thrown, (String) noted[0])) return literals(noted[1], noted[2]);
        if (thrown instanceof ComparisonFailure) {
            ComparisonFailure texts = (ComparisonFailure) thrown;
            return literals(texts.getExpected(), texts.getActual());
        }
        if (thrown instanceof AssertionFailedError) return of((AssertionFailedError) thrown);
        Matcher numbers = NUMBERS.matcher(Objects.requireNonNullElse(thrown.getMessage(), ""));
        return numbers.find() ? new Compared(numbers.group(1), numbers.group(2)) : null;
    }

    /** Of arrays and lists it knows no more than the elements that differ. */
    private static Compared of(AssertionFailedError failed) {
        boolean known = failed.isExpectedDefined() && failed.isActualDefined();
        if (!known || String.valueOf(failed.getMessage()).contains(PARTS)) return null;
        return literals(failed.getExpected().getEphemeralValue(), failed.getActual().getEphemeralValue());
    }

    private static Compared literals(Object expected, Object actual) {
        String left = Literals.of(expected);
        String right = Literals.of(actual);
        return left == null || right == null ? null : new Compared(left, right);
    }

    private static boolean calledBy(Throwable thrown, String method) {
        for (StackTraceElement frame : thrown.getStackTrace()) {
            String type = frame.getClassName();
            boolean asserts = type.equals("org.junit.jupiter.api.Assertions") || type.equals("org.junit.Assert");
            if (asserts && frame.getMethodName().equals(method)) return true;
        }
        return false;
    }
}
