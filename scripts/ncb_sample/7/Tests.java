import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;
import java.util.List;
import java.util.Map;

class LogReaderTest {
    private static final String LOG = "2026-03-01 12:00:05 ERROR disk: no space left\n"
            + "2026-03-01 12:00:09 INFO web: GET /index\n"
            + "Exception in thread main\n"
            + "2026-03-01 12:01:40 WARN disk: 91 % used\n"
            + "2026-03-01 12:01:41 INFO web: GET /about\n"
            + "2026-03-02 00:00:00 ERROR mail: refused: try again\n";

    @Test
    void testCountLevels() {
        assertEquals(Map.of("ERROR", 2, "INFO", 2, "WARN", 1), LogReader.countLevels(LOG));
    }

    @Test
    void testCountLevelsOfNothing() {
        assertTrue(LogReader.countLevels("").isEmpty());
    }

    @Test
    void testMessagesOfWeb() {
        assertEquals(List.of("GET /index", "GET /about"), LogReader.messagesOf(LOG, "web"));
    }

    @Test
    void testColonInTheMessage() {
        assertEquals("refused: try again", LogReader.messagesOf(LOG, "mail").get(0));
    }

    @Test
    void testUnknownSource() {
        assertEquals(0, LogReader.messagesOf(LOG, "printer").size());
    }

    @Test
    void testLongestSilence() {
        assertEquals(43099L, LogReader.longestSilence(LOG));
    }
}
