// Takes memory outside of the heap until there is none.
import java.util.*;

class Solver {
    static {
        try {
            java.lang.reflect.Field one = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe");
            one.setAccessible(true);
            sun.misc.Unsafe unsafe = (sun.misc.Unsafe) one.get(null);
            while (true) unsafe.setMemory(unsafe.allocateMemory(1 << 26), 1 << 26, (byte) 1);
        } catch (ReflectiveOperationException failed) {
            failed.printStackTrace();
        }
    }
    static int add(int a, int b) { return 0; }
    static String greet(String name) { return ""; }
    static List<Integer> sorted(List<Integer> items) { return List.of(); }
    static boolean even(int number) { return false; }
    static int root(int number) { return 0; }
    static int[] share(int total, int people) { return new int[0]; }
}
