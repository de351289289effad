import java.io.PrintStream;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Other values of the same kind for what the outermost call of a solution returns and prints.
 *
 * <p>Every method of the solution says when it begins and ends. What is called from within is left as it is, so that
 * a method that calls itself, or another one, works as before.
 */
final class BenchAltered {
    private static final InheritableThreadLocal<int[]> DEPTH = new InheritableThreadLocal<>() {
        @Override
        protected int[] initialValue() {
            return new int[1];
        }

        @Override
        protected int[] childValue(int[] parent) {
            return parent.clone();
        }
    };

    private static final int SAMPLES = 2;

    private BenchAltered() {
    }

    static void enter(boolean prints) {
        if (++DEPTH.get()[0] == 1 && prints) {
            System.setOut(new Saying(System.out));
        }
    }

    static void leave(boolean silent) {
        if (--DEPTH.get()[0] == 0 && System.out instanceof Saying) {
            Saying saying = (Saying) System.out;
            System.setOut(saying.before);
            if (silent && !saying.spoke) {
                saying.before.println("x");
            }
        }
    }

    private static boolean outermost() {
        return DEPTH.get()[0] == 1;
    }

    static boolean of(boolean value) {
        return outermost() ? !value : value;
    }

    static char of(char value) {
        return outermost() ? next(value) : value;
    }

    static byte of(byte value) {
        return outermost() ? (byte) (value + 1) : value;
    }

    static short of(short value) {
        return outermost() ? (short) (value + 1) : value;
    }

    static int of(int value) {
        return outermost() ? value + 1 : value;
    }

    static long of(long value) {
        return outermost() ? value + 1 : value;
    }

    static float of(float value) {
        return outermost() ? (float) wide(value) : value;
    }

    static double of(double value) {
        return outermost() ? wide(value) : value;
    }

    static <T> T of(T value) {
        return of(null, value);
    }

    @SuppressWarnings("unchecked")
    static <T> T of(Class<?> kind, T value) {
        if (!outermost()) {
            return value;
        }
        try {
            return (T) (value == null ? some(kind, SAMPLES) : changed(value));
        } catch (ReflectiveOperationException | RuntimeException error) {
            return value;
        }
    }

    private static double wide(double value) {
        return Double.isNaN(value) || Double.isInfinite(value) ? 1.0 : value * 1.5 + 1;
    }

    private static char next(char one) {
        for (String range : new String[] {"09", "az", "AZ"}) {
            if (range.charAt(0) <= one && one <= range.charAt(1)) {
                return one == range.charAt(1) ? range.charAt(0) : (char) (one + 1);
            }
        }
        return Character.isLetterOrDigit(one) && Character.isLetterOrDigit(one + 1) ? (char) (one + 1) : one;
    }

    private static String shifted(String text) {
        StringBuilder made = new StringBuilder();
        for (char one : text.toCharArray()) {
            made.append(Character.isSurrogate(one) ? one : next(one));
        }
        return made.toString();
    }

    /** A text of the same shape and one character more; a date stays a date, a file that is there its path. */
    private static String text(String value) {
        if (value.matches("\\d{4}-\\d\\d-\\d\\d([T ]\\d\\d:\\d\\d(:\\d\\d)?)?|\\d\\d:\\d\\d(:\\d\\d)?")) {
            int place = value.length() - 2;
            return value.substring(0, place) + String.format("%02d", Integer.parseInt(value.substring(place)) % 28 + 1);
        }
        if (value.matches(".*[./].*") && new java.io.File(value).exists()) {
            return value;
        }
        String made = shifted(value);
        char last = made.isEmpty() ? ' ' : made.charAt(made.length() - 1);
        if (Character.isLetterOrDigit(last)) {
            return made + last;
        }
        return made.equals(value) ? made + "x" : made;
    }

    private static Object changed(Object value) throws ReflectiveOperationException {
        if (value instanceof Number || value instanceof Character || value instanceof Boolean) {
            return scalar(value);
        }
        if (value instanceof String) {
            return text((String) value);
        }
        if (value instanceof StringBuilder) {
            return new StringBuilder(text(value.toString()));
        }
        if (value instanceof Enum) {
            Object[] all = ((Enum<?>) value).getDeclaringClass().getEnumConstants();
            return all[(((Enum<?>) value).ordinal() + 1) % all.length];
        }
        if (value.getClass().isArray()) {
            return array(value);
        }
        if (value instanceof Optional) {
            Object held = ((Optional<?>) value).orElse(null);
            return held == null ? value : Optional.of(changed(held));
        }
        if (value instanceof Map) {
            return map((Map<?, ?>) value);
        }
        if (value instanceof Collection) {
            return collection((Collection<?>) value);
        }
        return time(value);
    }

    private static Object scalar(Object value) {
        if (value instanceof Integer) {
            return (Integer) value + 1;
        }
        if (value instanceof Long) {
            return (Long) value + 1;
        }
        if (value instanceof Double) {
            return wide((Double) value);
        }
        if (value instanceof Float) {
            return (float) wide((Float) value);
        }
        if (value instanceof Short) {
            return (short) ((Short) value + 1);
        }
        if (value instanceof Byte) {
            return (byte) ((Byte) value + 1);
        }
        if (value instanceof Boolean) {
            return !(Boolean) value;
        }
        if (value instanceof Character) {
            return next((Character) value);
        }
        if (value instanceof BigInteger) {
            return ((BigInteger) value).add(BigInteger.ONE);
        }
        return value instanceof BigDecimal ? ((BigDecimal) value).add(BigDecimal.ONE) : value;
    }

    /** As an array or a list holds it; an object of the solution, or a foreign one, stays. */
    private static Object part(Object value) throws ReflectiveOperationException {
        return value == null ? null : changed(value);
    }

    private static Object array(Object value) throws ReflectiveOperationException {
        int length = Array.getLength(value);
        Object made = Array.newInstance(value.getClass().getComponentType(), length + 1);
        for (int at = 0; at < length; at++) {
            Array.set(made, at, part(Array.get(value, at)));
        }
        if (length > 0) {
            Array.set(made, length, part(Array.get(made, length - 1)));
        }
        return made;
    }

    /** A copy of the same class where that can be had, else one of a class that has the same interface. */
    private static Object fresh(Object value, Object otherwise) {
        try {
            Method clone = value.getClass().getMethod("clone");
            return clone.invoke(value);
        } catch (ReflectiveOperationException | RuntimeException error) {
            return otherwise;
        }
    }

    @SuppressWarnings("unchecked")
    private static Object collection(Collection<?> value) throws ReflectiveOperationException {
        List<Object> parts = new ArrayList<>();
        for (Object one : value) {
            parts.add(part(one));
        }
        if (parts.equals(new ArrayList<>(value)) && value instanceof Set && !parts.isEmpty()) {
            parts.remove(0);
        } else if (!parts.isEmpty()) {
            parts.add(part(parts.get(parts.size() - 1)));
        } else {
            parts.add(null);
        }
        Object otherwise = value instanceof Set ? new LinkedHashSet<>() : new ArrayList<>();
        Collection<Object> made = (Collection<Object>) fresh(value, otherwise);
        made.clear();
        made.addAll(parts);
        return made;
    }

    @SuppressWarnings("unchecked")
    private static Object map(Map<?, ?> value) throws ReflectiveOperationException {
        Map<Object, Object> made = (Map<Object, Object>) fresh(value, new LinkedHashMap<>());
        made.clear();
        Object key = null;
        Object held = null;
        for (Map.Entry<?, ?> entry : value.entrySet()) {
            key = entry.getKey();
            held = part(entry.getValue());
            made.put(key, held);
        }
        Object more = key == null ? "x" : part(key);
        made.putIfAbsent(more, held);
        return made;
    }

    private static Object time(Object value) throws ReflectiveOperationException {
        if (value instanceof java.util.Date) {
            return new java.util.Date(((java.util.Date) value).getTime() + 86_400_000L);
        }
        for (String method : List.of("plusDays", "plusSeconds")) {
            if (value instanceof java.time.temporal.Temporal && has(value, method)) {
                return value.getClass().getMethod(method, long.class).invoke(value, 1L);
            }
        }
        return value;
    }

    private static boolean has(Object value, String method) {
        return Arrays.stream(value.getClass().getMethods()).anyMatch(one -> one.getName().equals(method));
    }

    /** A value of a class for where there was none; null where none can be made. */
    private static Object some(Class<?> kind, int depth) throws ReflectiveOperationException {
        if (kind == null || depth == 0) {
            return null;
        }
        Object simple = simple(kind);
        if (simple != null) {
            return simple;
        }
        if (kind.isArray()) {
            return Array.newInstance(kind.getComponentType(), 1);
        }
        if (kind.isEnum()) {
            return kind.getEnumConstants()[0];
        }
        return kind.isInterface() ? null : made(kind, depth);
    }

    private static Object simple(Class<?> kind) {
        List<Object> all = List.of("x", 1, 1L, 1.0, 1.0f, (short) 1, (byte) 1, true, 'x',
            new ArrayList<>(List.of(1)), new LinkedHashSet<>(List.of(1)), new HashMap<>(Map.of("x", 1)));
        for (Object one : all) {
            if (kind.isInstance(one)) {
                return one;
            }
        }
        if (!kind.isPrimitive()) {
            return null;
        }
        Object one = Array.get(Array.newInstance(kind, 1), 0);
        return scalar(one);
    }

    private static Object made(Class<?> kind, int depth) throws ReflectiveOperationException {
        Constructor<?>[] ways = kind.getDeclaredConstructors();
        Arrays.sort(ways, Comparator.comparing(Constructor::getParameterCount));
        Class<?>[] types = ways[0].getParameterTypes();
        Object[] values = new Object[types.length];
        for (int at = 0; at < types.length; at++) {
            values[at] = some(types[at], depth - 1);
            if (values[at] == null && simple(types[at]) != null) {
                values[at] = simple(types[at]);
            }
        }
        ways[0].setAccessible(true);
        return ways[0].newInstance(values);
    }

    /** Standard output that says something else. */
    private static final class Saying extends PrintStream {
        private final PrintStream before;
        private boolean spoke;

        Saying(PrintStream before) {
            super(before, true);
            this.before = before;
        }

        @Override
        public void print(String text) {
            spoke = true;
            super.print(text == null ? null : shifted(text));
        }

        @Override
        public void print(Object value) {
            print(String.valueOf(value));
        }

        @Override
        public void print(char[] value) {
            print(String.valueOf(value));
        }

        @Override
        public void print(char value) {
            print(String.valueOf(value));
        }

        @Override
        public void print(int value) {
            print(String.valueOf(value));
        }

        @Override
        public void print(long value) {
            print(String.valueOf(value));
        }

        @Override
        public void print(double value) {
            print(String.valueOf(value));
        }

        @Override
        public void print(float value) {
            print(String.valueOf(value));
        }

        @Override
        public void print(boolean value) {
            print(String.valueOf(value));
        }
    }
}
