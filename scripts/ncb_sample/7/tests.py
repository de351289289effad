LOG = """2026-03-01 12:00:05 ERROR disk: no space left
2026-03-01 12:00:09 INFO web: GET /index
Traceback (most recent call last)
2026-03-01 12:01:40 WARN disk: 91 % used
2026-03-01 12:01:41 INFO web: GET /about
2026-03-02 00:00:00 ERROR mail: refused: try again
"""


class TestLog:
    def test_count_levels(self):
        assert count_levels(LOG) == {"ERROR": 2, "INFO": 2, "WARN": 1}

    def test_count_levels_of_nothing(self):
        assert count_levels("") == {}

    def test_messages_of_web(self):
        assert messages_of(LOG, "web") == ["GET /index", "GET /about"]

    def test_a_colon_in_the_message(self):
        assert messages_of(LOG, "mail") == ["refused: try again"]

    def test_unknown_source(self):
        assert messages_of(LOG, "printer") == []

    def test_longest_silence(self):
        assert longest_silence(LOG) == 43099

    def test_silence_of_one_line(self):
        assert longest_silence(LOG.splitlines()[0]) == 0
