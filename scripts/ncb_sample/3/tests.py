import pytest


class TestCounter:
    def test_seven_lines(self):
        assert sum_of_next(7) == 7

    def test_no_line(self):
        assert sum_of_next(0) == 0

    def test_negative_count(self):
        with pytest.raises(ValueError):
            sum_of_next(-1)

    def test_two_reads(self):
        assert sum_of_next(20) + sum_of_next(3) == 23

    def test_running_average(self):
        assert running_average([1, 2, 6, 4], 2) == [1.5, 4.0, 5.0]

    def test_running_average_too_wide(self):
        assert running_average([1, 2], 3) == []

    def test_running_average_of_width_zero(self):
        with pytest.raises(ValueError):
            running_average([1, 2, 3], 0)
