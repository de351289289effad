import pytest
from till import *


class TestTill:
    def test_total(self):
        assert total([1.25, 2.5]) == 3.75

    def test_nothing(self):
        expected = 0
        assert total([]) == expected

    def test_change(self):
        assert change(88) == [50, 20, 10, 5, 2, 1]
        assert change(3) == [2, 1]

    def test_codes(self):
        assert is_valid("4006381333931")
        assert not is_valid("4006381333932")
        assert is_valid("96385074")
        assert not is_valid("till")

    def test_receipt(self, capsys):
        receipt({"apples": 120, "bananas": 80})
        printed = capsys.readouterr().out
        assert "apples: 120 cents" in printed
        assert "cherries" not in printed

    def test_unknown(self):
        till = Till()
        with pytest.raises(KeyError):
            till.remove("pear")

    def test_names(self):
        till = Till()
        till.add("bananas", 80)
        till.add("apples", 120)
        assert till.names() == ["apples", "bananas"]
