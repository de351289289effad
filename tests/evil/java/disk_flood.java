// Fills its folder with one file, then with many: right only if there is an end to it.
import java.util.*;
import java.io.*;
import java.nio.ByteBuffer;

import java.nio.file.*;
class Solver {
    static {
        refused(() -> { try (FileOutputStream out = new FileOutputStream("flood")) { for (int i = 0; i < 4096; i++) out.write(new byte[1 << 20]); } });
        new File("flood").delete();
        refused(() -> { for (int i = 0; i < 200_000; i++) new File("f" + i).createNewFile(); });
        for (File file : new File(".").listFiles((folder, name) -> name.matches("f\\d+"))) file.delete();
    }

    /** Whether an attempt is refused; one that is not turns every answer wrong. */
    interface Attempt { void make() throws Throwable; }
    static boolean escaped = false;
    static void refused(Attempt attempt) {
        try {
            attempt.make();
            escaped = true;
        } catch (Throwable thrown) {
            System.out.println("refused: " + thrown);
        }
    }

    static int add(int a, int b) { return escaped ? 0 : Right.add(a, b); }
    static String greet(String name) { return Right.greet(name); }
    static List<Integer> sorted(List<Integer> items) { return Right.sorted(items); }
    static boolean even(int number) { return Right.even(number); }
    static int root(int number) { return Right.root(number); }
    static int[] share(int total, int people) { return Right.share(total, people); }
}
