class TestOrderTotals:
    def test_totals_of_all_customers(self):
        assert order_totals("orders.csv") == {"Ana": 1250, "Mira": 3250, "Tomas": 5299}

    def test_customers_are_in_alphabetical_order(self):
        assert list(order_totals("orders.csv")) == ["Ana", "Mira", "Tomas"]
        assert list(order_totals("tie.csv")) == ["Xia", "Yan"]

    def test_cancelled_orders_do_not_count(self):
        totals = order_totals("orders.csv")
        assert "Ben" not in totals
        assert totals["Ana"] == 1250

    def test_a_file_without_orders(self):
        assert order_totals("no_orders.csv") == {}
        assert best_seller("no_orders.csv") == ""

    def test_best_seller_counts_pieces(self):
        assert best_seller("orders.csv") == "candle"

    def test_a_tie_goes_to_the_alphabet(self):
        assert best_seller("tie.csv") == "fig"
        assert order_totals("tie.csv")["Yan"] == 270

    def test_a_file_of_its_own(self, tmp_path):
        path = tmp_path / "new.csv"
        path.write_text("customer,item,quantity,cents\nLi,tea,3,150\nLi,cup,1,425\nAda,tea,2,150\n")
        assert order_totals(path) == {"Ada": 300, "Li": 875}
        assert best_seller(path) == "tea"
