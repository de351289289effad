package bench.runner;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Map;

/** Loads the classes of a trial, and finds other things in the working folder. */
final class Loader extends URLClassLoader {
    private final Map<String, byte[]> classes;

    Loader(Map<String, byte[]> classes) {
        super(new URL[] {folder()}, Loader.class.getClassLoader());
        this.classes = classes;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] content = classes.get(name.replace('.', '/') + ".class");
        return content == null ? super.findClass(name) : defineClass(name, content, 0, content.length);
    }

    private static URL folder() {
        try {
            return Path.of("").toAbsolutePath().toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
