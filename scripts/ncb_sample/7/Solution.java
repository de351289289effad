import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class LogReader {
    private static final Pattern LINE =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d) ([A-Z]+) ([\\w-]+): (.*)");

    private static List<Matcher> lines(String text) {
        List<Matcher> found = new ArrayList<>();
        for (String line : text.split("\n")) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                found.add(matcher);
            }
        }
        return found;
    }

    public static Map<String, Integer> countLevels(String text) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Matcher line : lines(text)) {
            counts.merge(line.group(3), 1, Integer::sum);
        }
        return counts;
    }

    public static List<String> messagesOf(String text, String source) {
        List<String> messages = new ArrayList<>();
        for (Matcher line : lines(text)) {
            if (line.group(4).equals(source)) {
                messages.add(line.group(5));
            }
        }
        return messages;
    }

    public static long longestSilence(String text) {
        long longest = 0;
        LocalDateTime before = null;
        for (Matcher line : lines(text)) {
            LocalDateTime now = LocalDateTime.parse(line.group(1) + "T" + line.group(2));
            if (before != null) {
                longest = Math.max(longest, Duration.between(before, now).getSeconds());
            }
            before = now;
        }
        return longest;
    }
}
