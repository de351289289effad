class TestOrders:
    def test_totals_of_orders(self):
        assert customer_totals("orders.csv") == {"Ada": 42.25, "Ben": 34.5, "Cleo": 18.9}

    def test_one_total(self):
        assert customer_totals("orders.csv")["Ben"] == 34.5

    def test_number_of_customers(self):
        assert len(customer_totals("orders.csv")) == 3

    def test_best_of_orders(self):
        assert best_customer("orders.csv") == "Ada"

    def test_best_of_furniture(self):
        assert best_customer("furniture.csv") == "Dora"

    def test_no_orders(self):
        assert customer_totals("empty.csv") == {}
        assert best_customer("empty.csv") is None

    def test_written_here(self, tmp_path):
        path = tmp_path / "more.csv"
        path.write_text("customer,item,amount,price\nFay,lamp,2,19.99\nFay,bulb,12,1.05\n")
        assert customer_totals(path) == {"Fay": 52.58}
