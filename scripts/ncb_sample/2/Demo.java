class MeasurementsTest {
    @Test
    void testTwoRows() {
        assertEquals(-1.0, Measurements.standardize(new double[][]{{1.0}, {3.0}})[0][0], 1e-9);
    }
}
