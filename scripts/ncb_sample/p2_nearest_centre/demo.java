class NearestCentreTest {
    @Test
    void twoPoints() {
        NearestCentre model = new NearestCentre();
        model.fit(new double[][] {{0, 0}, {4, 4}}, new int[] {1, 2});
        assertArrayEquals(new int[] {1}, model.predict(new double[][] {{1, 0.5}}));
    }
}
