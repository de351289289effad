class TariffTest {
    @Test
    void testFlat() {
        assertEquals(700, new FlatTariff(700).price(12));
        assertEquals(90, PostOffice.cheapest(List.of(new FlatTariff(90), new StepTariff(new int[][]{{20, 95}})), 12));
    }
}
