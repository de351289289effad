import pytest


class TestStock:
    def test_counts_add_up(self):
        stock = Stock()
        stock.add("nut", 15)
        stock.add("nut", 8)
        stock.add("washer", 100)
        assert stock.count("nut") == 23
        assert stock.count("washer") == 100
        assert stock.total() == 123

    def test_unknown_goods_count_nothing(self):
        assert Stock().count("screw") == 0
        assert Stock().total() == 0

    def test_taking_tells_what_is_left(self):
        stock = Stock()
        stock.add("nail", 50)
        assert stock.take("nail", 12) == 38
        assert stock.take("nail", 38) == 0
        assert stock.count("nail") == 0

    def test_names_are_sorted_and_only_of_what_is_there(self):
        stock = Stock()
        for name in ("tape", "glue", "hook"):
            stock.add(name, 3)
        assert stock.names() == ["glue", "hook", "tape"]
        stock.take("hook", 3)
        assert stock.names() == ["glue", "tape"]

    def test_a_quantity_must_be_positive(self):
        stock = Stock()
        with pytest.raises(ValueError, match="quantity must be positive"):
            stock.add("nut", 0)
        with pytest.raises(ValueError):
            stock.take("nut", -4)
        assert stock.names() == []

    def test_goods_that_were_never_added(self):
        with pytest.raises(KeyError):
            Stock().take("gold", 1)

    def test_more_than_there_are(self):
        stock = Stock()
        stock.add("plank", 7)
        with pytest.raises(RuntimeError, match="only 7 left"):
            stock.take("plank", 9)
        assert stock.count("plank") == 7
        assert stock.take("plank", 5) == 2
