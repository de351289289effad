import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;

class RomanTest {
    @Test
    void testToRoman() {
        assertEquals("IV", Roman.toRoman(4));
        assertEquals("MCMLXXXVII", Roman.toRoman(1987));
        assertEquals("MMMCMXCIX", Roman.toRoman(3999));
    }

    @Test
    void testFromRoman() {
        assertEquals(42, Roman.fromRoman("XLII"));
        assertEquals(1776, Roman.fromRoman("mdcclxxvi"));
    }

    @Test
    void testThereAndBack() {
        for (int number = 1; number < 4000; number++) {
            assertEquals(number, Roman.fromRoman(Roman.toRoman(number)));
        }
    }

    @Test
    void testOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> Roman.toRoman(0));
        assertThrows(IllegalArgumentException.class, () -> Roman.toRoman(4000));
    }

    @Test
    void testBadlyWritten() {
        assertThrows(IllegalArgumentException.class, () -> Roman.fromRoman("IIII"));
        assertThrows(IllegalArgumentException.class, () -> Roman.fromRoman("VX"));
        assertThrows(IllegalArgumentException.class, () -> Roman.fromRoman(""));
    }

    @Test
    void testSum() {
        assertEquals("CCCXXIII", Roman.romanSum("XIV", "ix", "CCC"));
    }
}
