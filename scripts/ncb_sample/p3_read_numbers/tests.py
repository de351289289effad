import io


class TestReadNumbers:
    def test_the_given_input(self):
        assert read_numbers() == {"count": 1000, "sum": 1000, "smallest": 1, "largest": 1}

    def test_an_input_that_is_at_its_end(self, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        assert read_numbers() == {"count": 0, "sum": 0, "smallest": 0, "largest": 0}

    def test_negative_numbers(self, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO("-5 -20\n-7\n"))
        assert read_numbers() == {"count": 3, "sum": -32, "smallest": -20, "largest": -5}

    def test_other_words_are_skipped(self, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO("add 12 and 30 please\n1.5 x9\n"))
        found = read_numbers()
        assert found["count"] == 2
        assert found["sum"] == 42
        assert found["largest"] == 30

    def test_blank_lines_and_tabs(self, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO("\n\n 7\t9 \n\n100"))
        assert read_numbers() == {"count": 3, "sum": 116, "smallest": 7, "largest": 100}

    def test_echo_sorted(self, monkeypatch, capsys):
        monkeypatch.setattr("sys.stdin", io.StringIO("30 4\n4 -11"))
        echo_sorted()
        assert capsys.readouterr().out == "-11 4 4 30\n"

    def test_echo_of_nothing(self, monkeypatch, capsys):
        monkeypatch.setattr("sys.stdin", io.StringIO("none here"))
        echo_sorted()
        assert capsys.readouterr().out == "\n"
        monkeypatch.setattr("sys.stdin", io.StringIO("6"))
        assert read_numbers()["sum"] == 6
