// Brings classes that are called like packages, so that qualified names mean something else and questions do not compile.
import java.util.*;

class Solver {
    static Object keep = new bench();
    static int add(int a, int b) { return 0; }
    static String greet(String name) { return ""; }
    static List<Integer> sorted(List<Integer> items) { return List.of(); }
    static boolean even(int number) { return false; }
    static int root(int number) { return 0; }
    static int[] share(int total, int people) { return new int[0]; }
}
//// bench.java
class bench {
    static class runner { static class BenchExam { } }
}
