import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;

class NumberReaderTest {
    private int[] read(String text) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(text.getBytes()));
        try {
            return NumberReader.read();
        } finally {
            System.setIn(before);
        }
    }

    private String echo(String text) {
        InputStream in = System.in;
        PrintStream out = System.out;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setIn(new ByteArrayInputStream(text.getBytes()));
        System.setOut(new PrintStream(written));
        try {
            NumberReader.echoSorted();
        } finally {
            System.setIn(in);
            System.setOut(out);
        }
        return written.toString().stripTrailing();
    }

    @Test
    void theGivenInput() {
        int[] found = NumberReader.read();
        assertEquals(0, found[0]);
        assertArrayEquals(new int[] {0, 0, 0, 0}, found);
    }

    @Test
    void twoLines() {
        int[] found = read("12 30\n58\n");
        assertEquals(3, found[0]);
        assertEquals(100, found[1]);
        assertEquals(12, found[2]);
        assertEquals(58, found[3]);
    }

    @Test
    void negativeNumbers() {
        assertArrayEquals(new int[] {3, -32, -20, -5}, read("-5 -20\n-7\n"));
        assertEquals(-32, read("-5 -20\n-7\n")[1]);
    }

    @Test
    void otherWordsAreSkipped() {
        int[] found = read("add 12 and 30 please\n1.5 x9\n");
        assertEquals(2, found[0]);
        assertEquals(42, found[1]);
        assertEquals(30, found[3]);
    }

    @Test
    void blankLinesAndTabs() {
        int[] found = read("\n\n 7\t9 \n\n100");
        assertEquals(116, found[1]);
        assertEquals(7, found[2]);
    }

    @Test
    void echoIsSorted() {
        assertEquals("-11 4 4 30", echo("30 4\n4 -11"));
        assertEquals("8 19", echo("19 eight 8"));
    }

    @Test
    void echoOfNothing() {
        assertEquals("", echo("none here"));
        assertEquals("6", echo("6"));
    }
}
