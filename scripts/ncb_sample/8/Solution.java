import java.util.List;

public class Html {
    public static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    public static String table(List<List<String>> rows) {
        if (rows.isEmpty()) {
            return "";
        }
        StringBuilder page = new StringBuilder("<table>");
        String tag = "th";
        for (List<String> row : rows) {
            if (row.size() != rows.get(0).size()) {
                throw new IllegalArgumentException("rows are of unequal length");
            }
            page.append("<tr>");
            for (String cell : row) {
                page.append("<" + tag + ">").append(escape(cell)).append("</" + tag + ">");
            }
            page.append("</tr>");
            tag = "td";
        }
        return page.append("</table>").toString();
    }

    public static String slug(String title) {
        String joined = title.toLowerCase().replaceAll("[^a-z0-9]+", "-");
        return joined.replaceAll("^-|-$", "");
    }
}
