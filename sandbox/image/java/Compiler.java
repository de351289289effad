package bench.runner;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles one set of sources after the other, as `javac Main.java` does in a folder that holds them: what Main does not
 * need is not looked at. Nothing of what it compiles is ever run here, and no annotation processor is. The authors' command
 * has lombok's on its path, but javac applies processors to the files it is given, here a file of the harness, and not to
 * those that it finds by itself: lombok's annotations are known there and do nothing, and so they are and do here.
 */
public final class Compiler {
    private static final Pattern NAME = Pattern.compile("[^/\\\\\\x00-\\x1f.][^/\\\\\\x00-\\x1f]*\\.java");
    private static final String SAMPLE = "import org.junit.jupiter.api.Test;\n"
        + "import static org.junit.jupiter.api.Assertions.*;\n"
        + "import java.util.*;\n"
        + "class Sample { @Test void test() { var x = List.of(1, 2); for (int i : x) assertEquals(i, x.get(0), () -> \"m\"); } }\n";

    private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    private final String jars = System.getProperty("java.class.path");

    public static void main(String[] arguments) throws IOException {
        Wire wire = new Wire();
        Compiler compiler = new Compiler();
        compiler.compile(Map.of("Sample.java", SAMPLE), "Sample");
        for (Map<String, Object> message = wire.hear(); message != null; message = wire.hear()) {
            wire.say(compiler.compile(Wire.map(message.get("sources")), (String) message.get("main")));
        }
    }

    private Map<String, Object> compile(Map<String, Object> sources, String main) throws IOException {
        Path folder = Files.createTempDirectory("compile");
        try {
            for (Map.Entry<String, Object> source : sources.entrySet()) {
                if (!NAME.matcher(source.getKey()).matches()) return Map.of("error", "no file name: " + source.getKey());
                byte[] text = ((String) source.getValue()).getBytes(StandardCharsets.UTF_8);
                Files.write(Files.createDirectories(folder.resolve("sources")).resolve(source.getKey()), text);
            }
            return compile(folder, main);
        } catch (IOException | StackOverflowError | OutOfMemoryError | AssertionError | RuntimeException broken) {
            return Map.of("error", "the compiler broke down: " + broken);
        } finally {
            remove(folder);
        }
    }

    private Map<String, Object> compile(Path folder, String main) throws IOException {
        Path sources = folder.resolve("sources");
        Path classes = Files.createDirectories(folder.resolve("classes"));
        StringWriter said = new StringWriter();
        boolean good;
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            var units = files.getJavaFileObjects(sources.resolve(main + ".java"));
            good = javac.getTask(said, files, null, options(sources, classes), null, units).call();
        }
        String text = said.toString().replace(sources + File.separator, "");
        return good ? Map.of("classes", packed(classes)) : Map.of("error", text.isBlank() ? "javac failed" : text);
    }

    private List<String> options(Path sources, Path classes) {
        String path = sources + File.pathSeparator + jars;
        // Whoever mends a source by the lines that are named needs all of them.
        String most = String.valueOf(Integer.MAX_VALUE);
        return List.of("-nowarn", "-proc:none", "-Xmaxerrs", most, "-encoding", "UTF-8", "-d", classes.toString(), "-cp", path);
    }

    private static Map<String, String> packed(Path classes) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).collect(Collectors.toList())) {
                String content = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
                found.put(classes.relativize(file).toString(), content);
            }
        }
        return found;
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).collect(Collectors.toList())) Files.delete(file);
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
    }
}
