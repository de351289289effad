// Right, and leaves a child in a session of its own behind that ignores every signal it can.
import java.util.*;
import java.io.*;
import java.nio.ByteBuffer;

class Solver {
    static {
        try {
            new ProcessBuilder("setsid", "sh", "-c", "trap '' TERM HUP INT XCPU; while true; do sleep 1; done").start();
        } catch (IOException failed) {
            failed.printStackTrace();
        }
    }
    static int add(int a, int b) { return Right.add(a, b); }
    static String greet(String name) { return Right.greet(name); }
    static List<Integer> sorted(List<Integer> items) { return Right.sorted(items); }
    static boolean even(int number) { return Right.even(number); }
    static int root(int number) { return Right.root(number); }
    static int[] share(int total, int people) { return Right.share(total, people); }
}
