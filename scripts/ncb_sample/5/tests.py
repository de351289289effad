import pytest

STEPS = [(20, 85), (50, 100), (500, 160), (1000, 275)]


class TestTariffs:
    def test_steps(self):
        tariff = StepTariff(STEPS)
        assert tariff.price(20) == 85
        assert tariff.price(21) == 100
        assert tariff.price(1000) == 275

    def test_too_heavy(self):
        with pytest.raises(ValueError):
            StepTariff(STEPS).price(1001)

    def test_weighs_nothing(self):
        with pytest.raises(ValueError):
            FlatTariff(500).price(0)

    def test_abstract(self):
        with pytest.raises(TypeError):
            Tariff()

    def test_cheapest(self):
        tariffs = [FlatTariff(150), StepTariff(STEPS)]
        assert cheapest(tariffs, 40) == 100
        assert cheapest(tariffs, 400) == 150
        assert cheapest(tariffs, 4000) == 150

    def test_nobody_takes_it(self):
        assert cheapest([StepTariff(STEPS)], 5000) is None

    def test_a_tariff_of_ones_own(self):
        class Doubling(Tariff):
            def price(self, grams):
                return 2 * grams

        assert cheapest([Doubling(), FlatTariff(90)], 31) == 62
