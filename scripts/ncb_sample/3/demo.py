class TestCounter:
    def test_five_lines(self):
        assert sum_of_next(5) == 5
