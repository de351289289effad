package bench.runner;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TimeZone;

/** What tests share besides classes, and may leave changed: files, streams, properties, language, time zone. */
final class Surroundings {
    private static final int PRINTED = 1 << 18; // bytes that a trial may print: a flood would end it

    /** For what the caller should know; tests do not print here. */
    static final PrintStream SAID = System.err;

    private static final Properties PROPERTIES = (Properties) System.getProperties().clone();
    private static final Locale LOCALE = Locale.getDefault();
    private static final TimeZone ZONE = TimeZone.getDefault();
    private static final Path FOLDER = Path.of("").toAbsolutePath();
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);
    private static final Map<Path, byte[]> INPUTS = new HashMap<>();
    private static boolean ours;

    private Surroundings() {}

    /** Lay out a solution's input files. A folder that holds anything else is nobody's to tidy. */
    static void settle(Map<String, Object> solution) throws IOException {
        try (var there = Files.list(FOLDER)) {
            ours = there.findAny().isEmpty();
        }
        Wire.decoded(Wire.map(solution.get("inputs"))).forEach((name, content) -> INPUTS.put(FOLDER.resolve(name), content));
        restoreFiles();
    }

    /** As if no test had run yet. */
    static void restore() throws IOException {
        System.setOut(new PrintStream(new Printing(FileDescriptor.out), true));
        System.setErr(new PrintStream(new Printing(FileDescriptor.err), true));
        System.setIn(new FileInputStream("/dev/null"));
        System.setProperties((Properties) PROPERTIES.clone());
        Locale.setDefault(LOCALE);
        TimeZone.setDefault((TimeZone) ZONE.clone());
        Thread.setDefaultUncaughtExceptionHandler(null);
        if (ours) restoreFiles();
    }

    private static void restoreFiles() throws IOException {
        if (ours) Files.walkFileTree(FOLDER, new Tidying());
        for (Map.Entry<Path, byte[]> input : INPUTS.entrySet()) {
            if (ours && Files.exists(input.getKey())) continue;
            Files.createDirectories(input.getKey().getParent());
            Files.write(input.getKey(), input.getValue());
            Files.setLastModifiedTime(input.getKey(), LONG_AGO);
        }
    }

    /** Removes whatever is no input, or no longer what it was. */
    private static final class Tidying extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes about) throws IOException {
            byte[] input = INPUTS.get(file);
            boolean same = input != null && about.size() == input.length && about.lastModifiedTime().equals(LONG_AGO);
            if (!same) Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException broken) throws IOException {
            boolean needed = INPUTS.keySet().stream().anyMatch(input -> input.startsWith(folder));
            if (!needed && !folder.equals(FOLDER)) Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }

    /** Where tests print: nobody can close it for those that come after. */
    private static final class Printing extends OutputStream {
        private static int left = PRINTED;

        private final FileOutputStream to;

        Printing(FileDescriptor to) {
            this.to = new FileOutputStream(to);
        }

        @Override
        public void write(int letter) throws IOException {
            write(new byte[] {(byte) letter}, 0, 1);
        }

        @Override
        public void write(byte[] letters, int from, int count) throws IOException {
            synchronized (Printing.class) {
                int kept = Math.min(left, count);
                left -= kept;
                to.write(letters, from, kept);
            }
        }
    }

    /** What was printed once need not be printed again. */
    static void hush() {
        synchronized (Printing.class) {
            Printing.left = 0;
        }
    }
}
