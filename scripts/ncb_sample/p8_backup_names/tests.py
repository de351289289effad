class TestBackupNames:
    def test_names(self):
        assert backup_name("db", "2024-02-29") == "db-20240229.tar.gz"
        assert backup_name("mail-2", "1999-12-31") == "mail-2-19991231.tar.gz"

    def test_days_of_names(self):
        assert day_of("db-20240229.tar.gz") == "2024-02-29"
        assert day_of("my-own-box-20301105.tar.gz") == "2030-11-05"

    def test_what_is_no_backup(self):
        assert day_of("notes.txt") is None
        assert day_of("db-2024229.tar.gz") is None
        assert day_of("db-20240229.zip") is None

    def test_days_that_do_not_exist(self):
        assert day_of("db-20230229.tar.gz") is None
        assert day_of("db-20241301.tar.gz") is None
        assert day_of("db-20241231.tar.gz") == "2024-12-31"

    def test_the_following_day(self):
        assert next_name("db-20240228.tar.gz") == "db-20240229.tar.gz"
        assert next_name("db-20230228.tar.gz") == "db-20230301.tar.gz"
        assert next_name("a-b-19991231.tar.gz") == "a-b-20000101.tar.gz"

    def test_expired(self):
        names = ["db-20240301.tar.gz", "web-20240210.tar.gz", "db-20240210.tar.gz", "todo.md", "db-20231224.tar.gz"]
        assert expired(names, "2024-03-02", 14) == ["db-20231224.tar.gz", "db-20240210.tar.gz", "web-20240210.tar.gz"]
        assert expired(names, "2024-03-02", 40) == ["db-20231224.tar.gz"]

    def test_exactly_as_many_days(self):
        assert expired(["x-20240201.tar.gz"], "2024-03-01", 29) == []
        assert expired(["x-20240201.tar.gz"], "2024-03-01", 28) == ["x-20240201.tar.gz"]
        assert expired([], "2024-03-01", 0) == []
