class CounterTest {
    @Test
    void testTwoLines() {
        assertEquals(30L, new Counter(new ByteArrayInputStream("10\n20\n5\n".getBytes())).sumOfNext(2));
    }
}
