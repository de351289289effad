import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;

import java.util.List;
import java.util.Map;

class OrderTotalsTest {
    @Test
    void totalsOfAllCustomers() throws Exception {
        Map<String, Integer> totals = OrderTotals.totals("orders.csv");
        assertEquals(3, totals.size());
        assertEquals(1250, totals.get("Ana"));
        assertEquals(3250, totals.get("Mira"));
        assertEquals(5299, totals.get("Tomas"));
    }

    @Test
    void customersAreInAlphabeticalOrder() throws Exception {
        assertEquals("[Ana, Mira, Tomas]", OrderTotals.totals("orders.csv").keySet().toString());
        assertEquals(List.of("Xia", "Yan"), List.copyOf(OrderTotals.totals("tie.csv").keySet()));
    }

    @Test
    void cancelledOrdersDoNotCount() throws Exception {
        assertFalse(OrderTotals.totals("orders.csv").containsKey("Ben"));
        assertNull(OrderTotals.totals("orders.csv").get("Ben"));
        assertEquals(1250, OrderTotals.totals("orders.csv").get("Ana"));
    }

    @Test
    void aFileWithoutOrders() throws Exception {
        assertEquals("{}", OrderTotals.totals("no_orders.csv").toString());
        assertEquals("", OrderTotals.bestSeller("no_orders.csv"));
    }

    @Test
    void bestSellerCountsPieces() throws Exception {
        assertEquals("candle", OrderTotals.bestSeller("orders.csv"));
    }

    @Test
    void aTieGoesToTheAlphabet() throws Exception {
        assertEquals("fig", OrderTotals.bestSeller("tie.csv"));
        assertEquals(450, OrderTotals.totals("tie.csv").get("Xia"));
        assertEquals(270, OrderTotals.totals("tie.csv").get("Yan"));
    }
}
