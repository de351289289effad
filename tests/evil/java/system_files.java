// Writes to the system's files: right only if each attempt is refused.
import java.util.*;
import java.io.*;
import java.nio.ByteBuffer;

import java.nio.file.*;
class Solver {
    static {
        for (String file : List.of("/proc/sys/kernel/core_pattern", "/sys/kernel/mm/ksm/run", "/etc/passwd", "/opt/bench/java-runner", "/proc/1/mem", "/proc/sysrq-trigger", "/cgroup.procs")) {
            refused(() -> { try (FileOutputStream out = new FileOutputStream(file)) { out.write(49); } });
        }
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
