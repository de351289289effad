class TestStock:
    def test_add_and_count(self):
        stock = Stock()
        stock.add("bolt", 40)
        assert stock.count("bolt") == 40
