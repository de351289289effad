package bench.runner;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Where rewritten tests put their questions. It notes which choices held; which one had to, nobody in this process knows.
 */
public final class BenchExam {
    private static final Map<String, Map<String, Integer>> ANSWERS = new ConcurrentHashMap<>();

    private BenchExam() {}

    /** Stands among exception types for "nothing was thrown". */
    public static final class Nothing extends Throwable {
        private static final long serialVersionUID = 1L;
    }

    /** Code that may throw. */
    @FunctionalInterface
    public interface Code {
        void run() throws Throwable;
    }

    /** Code that gives a value, or throws. */
    @FunctionalInterface
    public interface Valued {
        Object run() throws Throwable;
    }

    /** One question being put: its choices are tried one after the other. */
    public static final class Asking {
        private final String question;
        private final char[] letters;
        private int next = -1;
        private Throwable first;

        private Asking(String question, int choices) {
            this.question = question;
            this.letters = new char[choices];
        }

        /** Go on to the next choice; false after the last. */
        public boolean more() {
            return ++next < letters.length;
        }

        /** The choice to try now. */
        public int choice() {
            return next;
        }

        /** This choice held. */
        public void held() {
            letters[next] = '1';
        }

        /** This choice did not hold, or trying it threw something else. */
        public void not(Throwable thrown) {
            letters[next] = thrown instanceof AssertionError ? '0' : 'e';
            if (first == null || first instanceof AssertionError) first = thrown;
        }

        /** Note the answer. A test in which nothing held has failed, as everybody may know. */
        public void done() {
            String answer = new String(letters);
            note(question, answer);
            if (answer.indexOf('1') >= 0) return;
            throw BenchExam.<RuntimeException>asIs(first instanceof AssertionError ? missed(first.getMessage()) : first);
        }
    }

    public static Asking ask(String question, int choices) {
        return new Asking(question, choices);
    }

    /** Note a truth value; `first` says which letter stands for true. Whether it had to be true is not said here. */
    public static void truth(String question, int first, boolean value) {
        note(question, value == (first == 0) ? "10" : "01");
    }

    public static void truth(String question, int first, BooleanSupplier value) {
        truth(question, first, value.getAsBoolean());
    }

    /** Note whether there is a value at all. */
    public static void isNull(String question, int first, Object value) {
        truth(question, first, value == null);
    }

    /** Note that a test was really begun: a number drawn for this run is worked out here, and known to the caller. */
    public static void begun(String question, long number, int choices) {
        char[] letters = new char[choices];
        Arrays.fill(letters, '0');
        letters[(int) ((number * 2654435761L & 0xffffffffL) >>> 16) % choices] = '1';
        note(question, new String(letters));
    }

    /** Note which of these types describes best what the code throws. */
    public static void thrown(String question, Code code, Class<?>... types) {
        Throwable thrown = thrownBy(code);
        Class<?> best = null;
        for (Class<?> type : types) {
            if (type.isInstance(thrown) && (best == null || best.isAssignableFrom(type))) best = type;
        }
        StringBuilder answer = new StringBuilder();
        for (Class<?> type : types) answer.append(type == best ? '1' : '0');
        note(question, answer.toString());
        if (best == null) throw new AssertionError("threw something unexpected: " + thrown, thrown);
    }

    public static void thrownByValue(String question, Valued code, Class<?>... types) {
        thrown(question, () -> code.run(), types);
    }

    public static List<Object> list(Object... items) {
        return new ArrayList<>(Arrays.asList(items));
    }

    public static Set<Object> set(Object... items) {
        return new HashSet<>(Arrays.asList(items));
    }

    public static Map<Object, Object> map(Object... keysAndValues) {
        Map<Object, Object> found = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) found.put(keysAndValues[i], keysAndValues[i + 1]);
        return found;
    }

    public static BigInteger bigInteger(String digits) {
        return new BigInteger(digits);
    }

    public static BigDecimal bigDecimal(String digits) {
        return new BigDecimal(digits);
    }

    public static Integer box(int value) {
        return value;
    }

    public static Long box(long value) {
        return value;
    }

    public static Double box(double value) {
        return value;
    }

    public static Float box(float value) {
        return value;
    }

    public static Short box(short value) {
        return value;
    }

    public static Byte box(byte value) {
        return value;
    }

    public static Character box(char value) {
        return value;
    }

    public static Boolean box(boolean value) {
        return value;
    }

    private static Throwable thrownBy(Code code) {
        try {
            code.run();
            return new Nothing();
        } catch (OutOfMemoryError error) {
            throw error;
        } catch (Throwable thrown) {
            return thrown;
        }
    }

    private static AssertionError missed(String message) {
        int found = message == null ? -1 : message.lastIndexOf("but was:");
        return new AssertionError(found < 0 ? "not what was expected" : "not expected: it " + message.substring(found + 4));
    }

    private static void note(String question, String answer) {
        Map<String, Integer> counts = ANSWERS.computeIfAbsent(question, name -> new ConcurrentHashMap<>());
        counts.merge(answer, 1, Integer::sum);
    }

    /** Everything noted so far: question to answers to how often. */
    static Map<String, Map<String, Integer>> answers() {
        return new TreeMap<>(ANSWERS);
    }

    static void forget() {
        ANSWERS.clear();
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T asIs(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
