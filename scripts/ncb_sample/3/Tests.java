import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

class CounterTest {
    private Counter counter(String text) {
        return new Counter(new ByteArrayInputStream(text.getBytes()));
    }

    @Test
    void testThreeLines() {
        assertEquals(42L, counter("12\n14\n16\n99\n").sumOfNext(3));
    }

    @Test
    void testInputEndsSooner() {
        assertEquals(7L, counter("3\n4\n").sumOfNext(10));
    }

    @Test
    void testNoLine() {
        assertEquals(0L, counter("3\n").sumOfNext(0));
    }

    @Test
    void testTwoReads() {
        Counter found = counter("1\n2\n3\n4\n");
        assertEquals(3L, found.sumOfNext(2));
        assertEquals(7L, found.sumOfNext(2));
    }

    @Test
    void testLargeNumbers() {
        assertEquals(6000000000L, counter("3000000000\n3000000000\n").sumOfNext(2));
    }

    @Test
    void testNegativeCount() {
        assertThrows(IllegalArgumentException.class, () -> counter("1\n").sumOfNext(-1));
    }

    @Test
    void testStandardInput() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("8\n9\n".getBytes()));
        try {
            assertEquals(17L, Counter.fromStandardInput().sumOfNext(2));
        } finally {
            System.setIn(before);
        }
    }
}
