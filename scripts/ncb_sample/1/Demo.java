class OrderBookTest {
    @Test
    void testTotalsOfFurniture() throws Exception {
        assertEquals(36000L, OrderBook.customerTotals("furniture.csv").get("Dora"));
    }
}
