import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;

public class Counter {
    private final BufferedReader reader;

    public Counter(InputStream stream) {
        this.reader = new BufferedReader(new InputStreamReader(stream));
    }

    public static Counter fromStandardInput() {
        return new Counter(System.in);
    }

    public long sumOfNext(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("count is negative");
        }
        long total = 0;
        try {
            for (int i = 0; i < count; i++) {
                String line = reader.readLine();
                if (line == null) {
                    break;
                }
                total += Long.parseLong(line.trim());
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return total;
    }
}
