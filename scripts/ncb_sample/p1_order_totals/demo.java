class OrderTotalsTest {
    @Test
    void oneOrder() throws Exception {
        assertEquals(Map.of("Olga", 630), OrderTotals.totals("one_order.csv"));
        assertEquals("rope", OrderTotals.bestSeller("one_order.csv"));
    }
}
