import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;

import java.util.List;
import java.util.NoSuchElementException;

class StockTest {
    @Test
    void countsAddUp() {
        Stock stock = new Stock();
        stock.add("nut", 15);
        stock.add("nut", 8);
        stock.add("washer", 100);
        assertEquals(23, stock.count("nut"));
        assertEquals(100, stock.count("washer"));
        assertEquals(123, stock.total());
    }

    @Test
    void unknownGoodsCountNothing() {
        assertEquals(0, new Stock().count("screw"));
        assertEquals(0, new Stock().total());
    }

    @Test
    void takingTellsWhatIsLeft() {
        Stock stock = new Stock();
        stock.add("nail", 50);
        assertEquals(38, stock.take("nail", 12));
        assertEquals(0, stock.take("nail", 38));
        assertEquals(0, stock.count("nail"));
    }

    @Test
    void namesAreSortedAndOnlyOfWhatIsThere() {
        Stock stock = new Stock();
        stock.add("tape", 3);
        stock.add("glue", 3);
        stock.add("hook", 3);
        assertEquals(List.of("glue", "hook", "tape"), stock.names());
        stock.take("hook", 3);
        assertEquals("[glue, tape]", stock.names().toString());
    }

    @Test
    void aQuantityMustBePositive() {
        Stock stock = new Stock();
        Exception caught = assertThrows(IllegalArgumentException.class, () -> stock.add("nut", 0));
        assertEquals("quantity must be positive", caught.getMessage());
        assertThrows(IllegalArgumentException.class, () -> stock.take("nut", -4));
        assertTrue(stock.names().isEmpty());
    }

    @Test
    void goodsThatWereNeverAdded() {
        assertThrows(NoSuchElementException.class, () -> new Stock().take("gold", 1));
    }

    @Test
    void moreThanThereAre() {
        Stock stock = new Stock();
        stock.add("plank", 7);
        Exception caught = assertThrows(IllegalStateException.class, () -> stock.take("plank", 9));
        assertEquals("only 7 left", caught.getMessage());
        assertEquals(7, stock.count("plank"));
        assertEquals(2, stock.take("plank", 5));
    }
}
