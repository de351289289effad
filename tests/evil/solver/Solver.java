import java.util.*;

class Solver {
    static int add(int a, int b) { return Right.add(a, b); }
    static String greet(String name) { return Right.greet(name); }
    static List<Integer> sorted(List<Integer> items) { return Right.sorted(items); }
    static boolean even(int number) { return Right.even(number); }
    static int root(int number) { return Right.root(number); }
    static int[] share(int total, int people) { return Right.share(total, people); }
}
