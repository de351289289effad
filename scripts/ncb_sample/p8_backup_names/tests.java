import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;

import java.util.List;

class BackupNamesTest {
    @Test
    void names() {
        assertEquals("db-20240229.tar.gz", BackupNames.backupName("db", "2024-02-29"));
        assertEquals("mail-2-19991231.tar.gz", BackupNames.backupName("mail-2", "1999-12-31"));
    }

    @Test
    void daysOfNames() {
        assertEquals("2024-02-29", BackupNames.dayOf("db-20240229.tar.gz"));
        assertEquals("2030-11-05", BackupNames.dayOf("my-own-box-20301105.tar.gz"));
    }

    @Test
    void whatIsNoBackup() {
        assertNull(BackupNames.dayOf("notes.txt"));
        assertNull(BackupNames.dayOf("db-2024229.tar.gz"));
        assertEquals("2024-02-29", BackupNames.dayOf("zip-20240229.tar.gz"));
    }

    @Test
    void daysThatDoNotExist() {
        assertNull(BackupNames.dayOf("db-20230229.tar.gz"));
        assertNull(BackupNames.dayOf("db-20241301.tar.gz"));
        assertEquals("2024-12-31", BackupNames.dayOf("db-20241231.tar.gz"));
    }

    @Test
    void theFollowingDay() {
        assertEquals("db-20240229.tar.gz", BackupNames.nextName("db-20240228.tar.gz"));
        assertEquals("db-20230301.tar.gz", BackupNames.nextName("db-20230228.tar.gz"));
        assertEquals("a-b-20000101.tar.gz", BackupNames.nextName("a-b-19991231.tar.gz"));
    }

    @Test
    void expired() {
        List<String> names = List.of(
                "db-20240301.tar.gz", "web-20240210.tar.gz", "db-20240210.tar.gz", "todo.md", "db-20231224.tar.gz");
        List<String> found = BackupNames.expired(names, "2024-03-02", 14);
        assertEquals(3, found.size());
        assertEquals("db-20231224.tar.gz", found.get(0));
        assertEquals("web-20240210.tar.gz", found.get(2));
        assertEquals("[db-20231224.tar.gz]", BackupNames.expired(names, "2024-03-02", 40).toString());
    }

    @Test
    void exactlyAsManyDays() {
        assertEquals("[]", BackupNames.expired(List.of("x-20240201.tar.gz"), "2024-03-01", 29).toString());
        assertEquals(1, BackupNames.expired(List.of("x-20240201.tar.gz"), "2024-03-01", 28).size());
    }
}
