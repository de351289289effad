import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

public class OrderTotals {
    public static Map<String, Integer> totals(String path) throws IOException {
        Map<String, Integer> totals = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of(path)).stream().skip(1).toList()) {
            String[] fields = line.split(",");
            int quantity = Integer.parseInt(fields[2]);
            if (quantity > 0) {
                totals.merge(fields[0], quantity * Integer.parseInt(fields[3]), Integer::sum);
            }
        }
        return totals;
    }

    public static String bestSeller(String path) throws IOException {
        Map<String, Integer> sold = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of(path)).stream().skip(1).toList()) {
            String[] fields = line.split(",");
            if (Integer.parseInt(fields[2]) > 0) {
                sold.merge(fields[1], Integer.parseInt(fields[2]), Integer::sum);
            }
        }
        String best = "";
        for (Map.Entry<String, Integer> entry : sold.entrySet()) {
            if (best.isEmpty() || entry.getValue() > sold.get(best)) {
                best = entry.getKey();
            }
        }
        return best;
    }
}
