class TestOrders:
    def test_totals_of_furniture(self):
        assert customer_totals("furniture.csv") == {"Dora": 360.0, "Emil": 359.55}
