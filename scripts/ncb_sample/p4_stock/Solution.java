import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;

public class Stock {
    private final Map<String, Integer> pieces = new TreeMap<>();

    public void add(String name, int quantity) {
        check(quantity);
        pieces.merge(name, quantity, Integer::sum);
    }

    public int take(String name, int quantity) {
        check(quantity);
        if (!pieces.containsKey(name)) {
            throw new NoSuchElementException(name);
        }
        int left = pieces.get(name);
        if (quantity > left) {
            throw new IllegalStateException("only " + left + " left");
        }
        pieces.put(name, left - quantity);
        return left - quantity;
    }

    public int count(String name) {
        return pieces.getOrDefault(name, 0);
    }

    public List<String> names() {
        return pieces.keySet().stream().filter(name -> pieces.get(name) > 0).toList();
    }

    public int total() {
        return pieces.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static void check(int quantity) {
        if (quantity < 1) {
            throw new IllegalArgumentException("quantity must be positive");
        }
    }
}
