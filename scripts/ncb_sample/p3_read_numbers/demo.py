class TestReadNumbers:
    def test_three_numbers(self, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO("4 8\n15\n"))
        assert read_numbers() == {"count": 3, "sum": 27, "smallest": 4, "largest": 15}
