class NumberReaderTest {
    @Test
    void threeNumbers() {
        System.setIn(new ByteArrayInputStream("4 8\n15\n".getBytes()));
        assertArrayEquals(new int[] {3, 27, 4, 15}, NumberReader.read());
    }
}
