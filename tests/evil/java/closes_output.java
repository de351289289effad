// Right, but closes and replaces the standard streams and prints a great deal of bytes that look like messages.
import java.util.*;
import java.io.*;
import java.nio.ByteBuffer;

class Solver {
    static {
        System.out.println("\0\0\0\u0002{}");
        System.out.close();
        System.err.close();
        System.setOut(null);
        System.setErr(null);
        System.setIn(null);
    }
    static int add(int a, int b) { return Right.add(a, b); }
    static String greet(String name) { return Right.greet(name); }
    static List<Integer> sorted(List<Integer> items) { return Right.sorted(items); }
    static boolean even(int number) { return Right.even(number); }
    static int root(int number) { return Right.root(number); }
    static int[] share(int total, int people) { return Right.share(total, people); }
}
