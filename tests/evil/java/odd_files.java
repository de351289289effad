// Right, and leaves links, pipes and folders without permissions behind.
import java.util.*;
import java.io.*;
import java.nio.ByteBuffer;

import java.nio.file.*;
class Solver {
    static {
        try {
            Files.createSymbolicLink(Path.of("link"), Path.of("/etc/passwd"));
            Files.createSymbolicLink(Path.of("loop"), Path.of("loop"));
            new ProcessBuilder("mkfifo", "pipe").start().waitFor();
            Files.createDirectories(Path.of("closed/inside"));
            new File("closed").setExecutable(false);
            new File("closed").setReadable(false);
        } catch (IOException | InterruptedException failed) {
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
