class TestBackupNames:
    def test_a_name(self):
        assert backup_name("web", "2023-11-30") == "web-20231130.tar.gz"
