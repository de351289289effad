import pytest


class TestRoman:
    def test_to_roman(self):
        assert to_roman(4) == "IV"
        assert to_roman(1987) == "MCMLXXXVII"
        assert to_roman(3999) == "MMMCMXCIX"

    def test_from_roman(self):
        assert from_roman("XLII") == 42
        assert from_roman("mdcclxxvi") == 1776

    def test_there_and_back(self):
        assert all(from_roman(to_roman(number)) == number for number in range(1, 4000))

    def test_out_of_range(self):
        with pytest.raises(ValueError):
            to_roman(0)
        with pytest.raises(ValueError):
            to_roman(4000)

    def test_badly_written(self):
        for text in ("IIII", "VX", "IC", "", "ABC"):
            with pytest.raises(ValueError):
                from_roman(text)

    def test_sum(self):
        assert roman_sum(["XIV", "ix", "CCC"]) == "CCCXXIII"
