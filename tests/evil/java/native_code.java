// Loads a library that it wrote, and runs a program that it wrote: right only if each attempt is refused.
import java.util.*;
import java.io.*;
import java.nio.ByteBuffer;

import java.nio.file.*;
class Solver {
    static {
        refused(() -> { Files.copy(Path.of("/lib/x86_64-linux-gnu/libz.so.1"), Path.of("libown.so"), StandardCopyOption.REPLACE_EXISTING); System.load(Path.of("libown.so").toAbsolutePath().toString()); });
        refused(() -> { Files.copy(Path.of("/bin/true"), Path.of("own")); new File("own").setExecutable(true); if (new ProcessBuilder("./own").start().waitFor() != 0) throw new IOException(); });
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
