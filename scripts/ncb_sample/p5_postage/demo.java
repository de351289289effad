class PostageTest {
    @Test
    void flat() {
        Tariff tariff = new FlatTariff(450, 2000);
        assertEquals(450, tariff.cost(1999));
    }
}
