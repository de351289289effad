class TestOrderTotals:
    def test_one_order(self):
        assert order_totals("one_order.csv") == {"Olga": 630}
        assert best_seller("one_order.csv") == "rope"
