// Prints ten gigabytes.
import java.util.*;

class Solver {
    static {
        byte[] line = "x".repeat(1 << 20).getBytes();
        for (int i = 0; i < 10_240; i++) System.out.write(line, 0, line.length);
    }
    static int add(int a, int b) { return 0; }
    static String greet(String name) { return ""; }
    static List<Integer> sorted(List<Integer> items) { return List.of(); }
    static boolean even(int number) { return false; }
    static int root(int number) { return 0; }
    static int[] share(int total, int people) { return new int[0]; }
}
