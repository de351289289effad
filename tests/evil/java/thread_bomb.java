// Starts threads until there are no more, then is wrong.
import java.util.*;

class Solver {
    static { start(); }
    static void start() {
        while (true) {
            Thread thread = new Thread(() -> java.util.concurrent.locks.LockSupport.park());
            thread.setDaemon(true);
            thread.start();
        }
    }
    static int add(int a, int b) { return 0; }
    static String greet(String name) { return ""; }
    static List<Integer> sorted(List<Integer> items) { return List.of(); }
    static boolean even(int number) { return false; }
    static int root(int number) { return 0; }
    static int[] share(int total, int people) { return new int[0]; }
}
