class RomanTest {
    @Test
    void testSixteen() {
        assertEquals("XVI", Roman.toRoman(16));
    }
}
