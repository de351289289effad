// Connects, resolves names, listens to other machines: right only if each attempt is refused.
import java.util.*;
import java.io.*;
import java.nio.ByteBuffer;

import java.nio.file.*;
class Solver {
    static {
        refused(() -> new java.net.Socket().connect(new java.net.InetSocketAddress("1.1.1.1", 80), 2000));
        refused(() -> new java.net.Socket().connect(new java.net.InetSocketAddress("172.17.0.1", 22), 2000));
        refused(() -> java.net.InetAddress.getByName("example.org"));
        refused(() -> { var socket = new java.net.DatagramSocket(); socket.send(new java.net.DatagramPacket(new byte[1], 1, java.net.InetAddress.getByName("8.8.8.8"), 53)); });
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
