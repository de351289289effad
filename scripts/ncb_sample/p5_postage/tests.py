import pytest


class TestPostage:
    def test_a_flat_tariff_is_the_same_for_all(self):
        tariff = FlatTariff(520, 3000)
        assert tariff.cost(1) == 520
        assert tariff.cost(3000) == 520

    def test_a_flat_tariff_takes_no_heavier_parcel(self):
        assert FlatTariff(520, 3000).cost(3001) == -1

    def test_steps_are_counted_when_begun(self):
        tariff = StepTariff(300, 90)
        assert tariff.cost(200) == 300
        assert tariff.cost(1000) == 300
        assert tariff.cost(1001) == 390
        assert tariff.cost(1500) == 390
        assert tariff.cost(2600) == 660

    def test_both_are_tariffs(self):
        assert issubclass(FlatTariff, Tariff)
        assert issubclass(StepTariff, Tariff)
        assert StepTariff(125, 25).cost(1700) == 175

    def test_a_tariff_alone_cannot_be_made(self):
        with pytest.raises(TypeError):
            Tariff()

    def test_the_cheapest_wins(self):
        tariffs = [FlatTariff(520, 3000), StepTariff(300, 90)]
        assert cheapest(tariffs, 900) == 300
        assert cheapest(tariffs, 2900) == 520
        assert cheapest(tariffs, 3500) == 750

    def test_nobody_takes_it(self):
        assert cheapest([FlatTariff(520, 3000), FlatTariff(99, 50)], 4000) == -1
        assert cheapest([], 10) == -1
        assert cheapest([FlatTariff(520, 3000), FlatTariff(99, 50)], 50) == 99
