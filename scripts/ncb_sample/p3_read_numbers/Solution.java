import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Scanner;
import java.util.stream.Collectors;

public class NumberReader {
    private static List<Integer> numbers() {
        List<Integer> found = new ArrayList<>();
        Scanner scanner = new Scanner(System.in);
        while (scanner.hasNext()) {
            String word = scanner.next();
            if (word.matches("[+-]?\\d+")) {
                found.add(Integer.parseInt(word));
            }
        }
        return found;
    }

    public static int[] read() {
        List<Integer> found = numbers();
        if (found.isEmpty()) {
            return new int[] {0, 0, 0, 0};
        }
        int sum = found.stream().mapToInt(Integer::intValue).sum();
        return new int[] {found.size(), sum, Collections.min(found), Collections.max(found)};
    }

    public static void echoSorted() {
        System.out.println(numbers().stream().sorted().map(String::valueOf).collect(Collectors.joining(" ")));
    }
}
