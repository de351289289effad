class TestTariffs:
    def test_flat(self):
        assert FlatTariff(700).price(12) == 700
