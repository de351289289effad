class TestLog:
    def test_one_line(self):
        assert count_levels("2026-03-01 12:00:05 ERROR disk: no space left") == {"ERROR": 1}
