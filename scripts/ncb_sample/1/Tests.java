import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class OrderBookTest {
    @Test
    void testTotalOfAda() throws Exception {
        assertEquals(4225L, OrderBook.customerTotals("orders.csv").get("Ada"));
    }

    @Test
    void testTotalOfBen() throws Exception {
        assertEquals(3450L, OrderBook.customerTotals("orders.csv").get("Ben"));
    }

    @Test
    void testNumberOfCustomers() throws Exception {
        assertEquals(3, OrderBook.customerTotals("orders.csv").size());
    }

    @Test
    void testBestCustomers() throws Exception {
        assertEquals("Ada", OrderBook.bestCustomer("orders.csv"));
        assertEquals("Dora", OrderBook.bestCustomer("furniture.csv"));
    }

    @Test
    void testNoOrders() throws Exception {
        assertTrue(OrderBook.customerTotals("empty.csv").isEmpty());
        assertNull(OrderBook.bestCustomer("empty.csv"));
    }

    @Test
    void testMissingFile() {
        assertThrows(IOException.class, () -> OrderBook.customerTotals("nowhere.csv"));
    }

    @Test
    void testWrittenHere() throws Exception {
        Path path = Files.createTempFile("more", ".csv");
        Files.writeString(path, "customer,item,amount,price\nFay,lamp,2,19.99\nFay,bulb,12,1.05\n");
        assertEquals("{Fay=5258}", OrderBook.customerTotals(path.toString()).toString());
    }
}
