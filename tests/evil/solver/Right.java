import java.util.*;

class Right {
    static int add(int a, int b) { return a + b; }
    static String greet(String name) { return "hello " + name; }
    static List<Integer> sorted(List<Integer> items) { return items.stream().sorted().toList(); }
    static boolean even(int number) { return number % 2 == 0; }

    static int root(int number) {
        if (number < 0) throw new IllegalArgumentException("negative");
        return (int) Math.sqrt(number);
    }

    static int[] share(int total, int people) {
        int[] shares = new int[people];
        for (int i = 0; i < total; i++) shares[people - 1 - i % people]++;
        return shares;
    }
}
