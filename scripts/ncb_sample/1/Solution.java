import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

public class OrderBook {
    public static TreeMap<String, Long> customerTotals(String path) throws IOException {
        TreeMap<String, Long> totals = new TreeMap<>();
        List<String> lines = Files.readAllLines(Paths.get(path));
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            String[] columns = line.split(",", -1);
            if (columns.length != 4) {
                continue;
            }
            try {
                BigDecimal value = new BigDecimal(columns[2]).multiply(new BigDecimal(columns[3]));
                totals.merge(columns[0], value.movePointRight(2).longValue(), Long::sum);
            } catch (NumberFormatException wrong) {
                continue;
            }
        }
        return totals;
    }

    public static String bestCustomer(String path) throws IOException {
        String best = null;
        long most = Long.MIN_VALUE;
        for (Map.Entry<String, Long> entry : customerTotals(path).entrySet()) {
            if (entry.getValue() > most) {
                most = entry.getValue();
                best = entry.getKey();
            }
        }
        return best;
    }
}
