class TestPostage:
    def test_flat(self):
        assert FlatTariff(450, 2000).cost(1999) == 450
        assert isinstance(FlatTariff(450, 2000), Tariff)
