import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public class RecentPages {
    private final int most;
    private final Map<String, Integer> visits = new LinkedHashMap<>();

    public RecentPages(int most) {
        this.most = most;
    }

    public String visit(String page) {
        Integer before = visits.remove(page);
        visits.put(page, before == null ? 1 : before + 1);
        if (visits.size() <= most) {
            return null;
        }
        String oldest = visits.keySet().iterator().next();
        visits.remove(oldest);
        return oldest;
    }

    public List<String> pages() {
        List<String> pages = new ArrayList<>(visits.keySet());
        Collections.reverse(pages);
        return pages;
    }

    public int rank(String page) {
        return pages().indexOf(page) + 1;
    }

    public int visits(String page) {
        return visits.getOrDefault(page, 0);
    }
}
