class BackupNamesTest {
    @Test
    void aName() {
        assertEquals("web-20231130.tar.gz", BackupNames.backupName("web", "2023-11-30"));
    }
}
