class StockTest {
    @Test
    void addAndCount() {
        Stock stock = new Stock();
        stock.add("bolt", 40);
        assertEquals(40, stock.count("bolt"));
    }
}
