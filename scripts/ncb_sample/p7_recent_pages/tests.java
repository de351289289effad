import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;

import java.util.List;

class RecentPagesTest {
    private RecentPages visited(int most, String... pages) {
        RecentPages recent = new RecentPages(most);
        for (String page : pages) {
            recent.visit(page);
        }
        return recent;
    }

    @Test
    void theMostRecentComesFirst() {
        assertEquals(List.of("shop", "maps", "mail"), visited(4, "mail", "maps", "shop").pages());
    }

    @Test
    void aPageVisitedAgainMovesToTheFront() {
        RecentPages recent = visited(4, "mail", "maps", "shop", "mail");
        assertEquals("[mail, shop, maps]", recent.pages().toString());
        assertEquals(3, recent.rank("maps"));
    }

    @Test
    void theOldestIsForgotten() {
        RecentPages recent = visited(2, "mail", "maps", "mail");
        assertEquals("maps", recent.visit("shop"));
        assertNull(recent.visit("mail"));
        assertEquals("[mail, shop]", recent.pages().toString());
    }

    @Test
    void ranks() {
        RecentPages recent = visited(3, "a", "b", "c", "d");
        assertEquals(1, recent.rank("d"));
        assertEquals(3, recent.rank("b"));
        assertEquals(0, recent.rank("a"));
    }

    @Test
    void visitsAreCounted() {
        RecentPages recent = visited(3, "a", "b", "a", "a", "c");
        assertEquals(3, recent.visits("a"));
        assertEquals(1, recent.visits("c"));
        assertEquals(0, recent.visits("z"));
    }

    @Test
    void countingBeginsAnewWhenForgotten() {
        RecentPages recent = visited(2, "a", "a", "a", "b", "c");
        assertEquals(0, recent.visits("a"));
        recent.visit("a");
        assertEquals(1, recent.visits("a"));
        assertEquals("[a, c]", recent.pages().toString());
    }

    @Test
    void thousandsOfPages() {
        RecentPages recent = new RecentPages(3000);
        String last = null;
        for (int number = 0; number < 9000; number++) {
            last = recent.visit("page " + number);
        }
        assertEquals("page 5999", last);
        assertEquals(2500, recent.rank("page 6500"));
    }
}
