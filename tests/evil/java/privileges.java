// Looks for privileges: right only if it has none.
import java.util.*;
import java.io.*;
import java.nio.ByteBuffer;

import java.nio.file.*;
class Solver {
    static {
        refused(() -> Files.readString(Path.of("/etc/shadow")));
        refused(() -> { if (run("su -c id root").contains("uid=0")) return; throw new IOException("no root"); });
        refused(() -> { if (run("unshare -r id").contains("uid=0")) return; throw new IOException("no namespace"); });
        refused(() -> { if (run("mount -t tmpfs none /mnt && echo mounted").contains("mounted")) return; throw new IOException("no mount"); });
        refused(() -> { if (Files.readString(Path.of("/proc/self/status")).matches("(?s).*CapEff:\\s*0*[1-9a-f].*")) return; throw new IOException("no capabilities"); });
        refused(() -> { if (Files.readString(Path.of("/proc/self/status")).matches("(?s).*NoNewPrivs:\\s*0.*")) return; throw new IOException("no new privileges"); });
    }

    static String run(String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes());
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
