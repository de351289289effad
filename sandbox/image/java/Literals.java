package bench.runner;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Values as text: numbers, characters, strings, booleans and null as a source writes them, arrays and lists of anything as
 * `[1, "a"]`, maps as `{"a"=1}`, and what is left by its own toString.
 */
final class Literals {
    private static final int MOST = 4000; // characters
    private static final int DEEP = 8;

    private Literals() {}

    /** The text, cut where it is long; null where the value's own code fails. */
    static String of(Object value) {
        try {
            String text = text(value, 0);
            return text.length() <= MOST ? text : text.substring(0, MOST) + "...";
        } catch (RuntimeException | StackOverflowError broken) {
            return null;
        }
    }

    private static String text(Object value, int depth) {
        if (depth > DEEP) return "...";
        if (value instanceof String) return quoted((String) value, '"');
        if (value instanceof Character) return quoted(value.toString(), '\'');
        if (value instanceof Number) return number((Number) value);
        if (value instanceof Class) return ((Class<?>) value).getSimpleName() + ".class";
        if (value instanceof Enum) return ((Enum<?>) value).getDeclaringClass().getSimpleName() + "." + ((Enum<?>) value).name();
        if (value instanceof Map) return map((Map<?, ?>) value, depth);
        if (value instanceof List) return list((List<?>) value, depth);
        if (value instanceof Collection) return value.getClass().getSimpleName() + list((Collection<?>) value, depth);
        if (value != null && value.getClass().isArray()) return list(elements(value), depth);
        return String.valueOf(value);
    }

    private static String number(Number value) {
        double inexact = value.doubleValue();
        if (value instanceof Double || value instanceof Float) {
            String type = value.getClass().getSimpleName() + ".";
            if (Double.isNaN(inexact)) return type + "NaN";
            if (Double.isInfinite(inexact)) return type + (inexact > 0 ? "POSITIVE_INFINITY" : "NEGATIVE_INFINITY");
        }
        if (value instanceof Float) return value + "f";
        if (value instanceof Long) return value + "L";
        if (value instanceof Byte) return "(byte) " + value;
        if (value instanceof Short) return "(short) " + value;
        if (value instanceof BigInteger || value instanceof BigDecimal) {
            return "new " + value.getClass().getSimpleName() + "(\"" + value + "\")";
        }
        return value.toString();
    }

    private static String quoted(String text, char quote) {
        StringBuilder found = new StringBuilder().append(quote);
        text.codePoints().forEach(letter -> found.append(escaped(letter, quote)));
        return found.append(quote).toString();
    }

    private static String escaped(int letter, char quote) {
        int place = "\n\t\r\b\f\\".indexOf(letter);
        if (place >= 0) return "\\" + "ntrbf\\".charAt(place);
        if (letter == quote) return "\\" + quote;
        boolean alone = letter >= Character.MIN_SURROGATE && letter <= Character.MAX_SURROGATE;
        return Character.isISOControl(letter) || alone ? String.format("\\u%04x", letter) : Character.toString(letter);
    }

    private static String map(Map<?, ?> map, int depth) {
        StringJoiner found = new StringJoiner(", ", "{", "}");
        map.forEach((key, value) -> found.add(text(key, depth + 1) + "=" + text(value, depth + 1)));
        return found.toString();
    }

    private static String list(Collection<?> values, int depth) {
        StringJoiner found = new StringJoiner(", ", "[", "]");
        for (Object value : values) {
            found.add(text(value, depth + 1));
            if (found.length() > MOST) break;
        }
        return found.toString();
    }

    private static List<?> elements(Object array) {
        if (array instanceof Object[]) return Arrays.asList((Object[]) array);
        List<Object> found = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array) && i < MOST; i++) found.add(Array.get(array, i));
        return found;
    }
}
