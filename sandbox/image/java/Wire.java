package bench.runner;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The channel to the caller: four bytes of length, big-endian, then JSON.
 *
 * The shell that starts us has moved the caller's pipes to descriptors 3 and 4, so that nothing that is printed, by us or
 * by a child process, can end up among the messages.
 */
final class Wire {
    private final DataInputStream in;
    private final OutputStream out;

    Wire() throws IOException {
        this(new FileInputStream("/dev/fd/3"), new FileOutputStream("/dev/fd/4"));
    }

    Wire(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = out;
    }

    /** The next message; null when there will be none. */
    Map<String, Object> hear() throws IOException {
        byte[] body;
        try {
            body = new byte[in.readInt()];
            in.readFully(body);
        } catch (EOFException end) {
            return null;
        }
        return map(Json.read(new String(body, StandardCharsets.UTF_8)));
    }

    void say(Map<String, ?> message) throws IOException {
        byte[] body = Json.write(message).getBytes(StandardCharsets.US_ASCII);
        ByteBuffer frame = ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body);
        out.write(frame.array());
        out.flush();
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    /** Write files, given by their relative path and their content in base64, below a folder. */
    static void unpack(Map<String, Object> files, Path folder) throws IOException {
        for (Map.Entry<String, byte[]> file : decoded(files).entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }

    /** Files by their relative path, as they are. */
    static Map<String, byte[]> decoded(Map<String, Object> files) {
        Map<String, byte[]> found = new LinkedHashMap<>();
        files.forEach((name, content) -> found.put(name, Base64.getDecoder().decode((String) content)));
        return found;
    }
}
