package bench.runner;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON in and out, as much of it as messages need: objects, lists, strings, numbers, true, false and null. */
final class Json {
    private static final String SHORT = "\"\\/bfnrt";
    private static final String LONG = "\"\\/\b\f\n\r\t";

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** Read one value. Throws IllegalArgumentException where the text is no JSON. */
    static Object read(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.space();
        if (json.at != text.length()) throw json.wrong();
        return value;
    }

    private Object value() {
        space();
        switch (peek()) {
            case '{': return object();
            case '[': return list();
            case '"': return string();
            case 't': return word("true", Boolean.TRUE);
            case 'f': return word("false", Boolean.FALSE);
            case 'n': return word("null", null);
            default: return number();
        }
    }

    private Map<String, Object> object() {
        Map<String, Object> found = new LinkedHashMap<>();
        expect('{');
        space();
        if (accept('}')) return found;
        do {
            space();
            String name = string();
            space();
            expect(':');
            found.put(name, value());
            space();
        } while (accept(','));
        expect('}');
        return found;
    }

    private List<Object> list() {
        List<Object> found = new ArrayList<>();
        expect('[');
        space();
        if (accept(']')) return found;
        do {
            found.add(value());
            space();
        } while (accept(','));
        expect(']');
        return found;
    }

    private String string() {
        expect('"');
        int from = at;
        while (peek() != '"' && peek() != '\\') at++;
        if (peek() == '"') return text.substring(from, at++);
        StringBuilder found = new StringBuilder(text.substring(from, at));
        while (!accept('"')) found.append(accept('\\') ? escaped() : text.charAt(at++));
        return found.toString();
    }

    private char escaped() {
        char letter = peek();
        at++;
        if (letter == 'u') {
            at += 4;
            if (at > text.length()) throw wrong();
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        int place = SHORT.indexOf(letter);
        if (place < 0) throw wrong();
        return LONG.charAt(place);
    }

    /** A Long, or a Double where it is written as one. */
    private Number number() {
        int from = at;
        while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) at++;
        String found = text.substring(from, at);
        boolean whole = found.chars().noneMatch(letter -> ".eE".indexOf(letter) >= 0);
        if (whole) return Long.valueOf(found);
        return Double.valueOf(found);
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) throw wrong();
        at += word.length();
        return value;
    }

    private void space() {
        while (at < text.length() && text.charAt(at) <= ' ') at++;
    }

    private char peek() {
        if (at >= text.length()) throw wrong();
        return text.charAt(at);
    }

    private boolean accept(char letter) {
        if (peek() != letter) return false;
        at++;
        return true;
    }

    private void expect(char letter) {
        if (!accept(letter)) throw wrong();
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("no JSON at character " + at);
    }

    /** Write maps, lists, strings, finite numbers, booleans and null, in ASCII alone. */
    static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value);
        return out.toString();
    }

    private static void write(StringBuilder out, Object value) {
        if (value instanceof Map) {
            writeMap(out, (Map<?, ?>) value);
        } else if (value instanceof Collection) {
            writeList(out, (Collection<?>) value);
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            writeString(out, String.valueOf(value));
        }
    }

    private static void writeMap(StringBuilder out, Map<?, ?> map) {
        String before = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(before);
            before = ",";
            writeString(out, String.valueOf(entry.getKey()));
            out.append(':');
            write(out, entry.getValue());
        }
        out.append(map.isEmpty() ? "{}" : "}");
    }

    private static void writeList(StringBuilder out, Collection<?> list) {
        String before = "[";
        for (Object item : list) {
            out.append(before);
            before = ",";
            write(out, item);
        }
        out.append(list.isEmpty() ? "[]" : "]");
    }

    private static void writeString(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter == '"' || letter == '\\') {
                out.append('\\').append(letter);
            } else if (letter >= ' ' && letter < 127) {
                out.append(letter);
            } else {
                out.append("\\u").append(Integer.toHexString(0x10000 | letter), 1, 5);
            }
        }
        out.append('"');
    }
}
