class LogReaderTest {
    @Test
    void testOneLine() {
        assertEquals(1, LogReader.countLevels("2026-03-01 12:00:05 ERROR disk: no space left").get("ERROR"));
    }
}
