import java.util.ArrayList;
import java.util.List;

public class Markup {
    private static final String[][] MARKS = {{"# ", "h1"}, {"## ", "h2"}, {"- ", "li"}};

    private static List<String[]> lines(String text) {
        List<String[]> found = new ArrayList<>();
        for (String line : text.split("\n")) {
            String content = line.strip();
            if (!content.isEmpty()) {
                found.add(parsed(content));
            }
        }
        return found;
    }

    private static String[] parsed(String line) {
        for (String[] mark : MARKS) {
            if (line.startsWith(mark[0])) {
                return new String[] {mark[1], line.substring(mark[0].length()).strip()};
            }
        }
        return new String[] {"p", line};
    }

    public static String toHtml(String text) {
        List<String> found = new ArrayList<>();
        for (String[] line : lines(text)) {
            String content = line[1].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
            content = content.replaceAll("\\*\\*(.+?)\\*\\*", "<b>$1</b>");
            found.add("<" + line[0] + ">" + content + "</" + line[0] + ">");
        }
        return String.join("\n", found);
    }

    public static String plain(String text) {
        return String.join(" ", lines(text).stream().map(line -> line[1].replaceAll("\\*\\*(.+?)\\*\\*", "$1")).toList());
    }
}
