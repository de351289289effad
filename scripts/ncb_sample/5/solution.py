from abc import ABC, abstractmethod


class Tariff(ABC):
    @abstractmethod
    def price(self, grams):
        """Whole cents."""


class FlatTariff(Tariff):
    def __init__(self, cents):
        self.cents = cents

    def price(self, grams):
        if grams <= 0:
            raise ValueError("a parcel weighs something")
        return self.cents


class StepTariff(Tariff):
    def __init__(self, steps):
        self.steps = steps

    def price(self, grams):
        if grams <= 0:
            raise ValueError("a parcel weighs something")
        for limit, cents in self.steps:
            if grams <= limit:
                return cents
        raise ValueError("the parcel is too heavy")


def cheapest(tariffs, grams):
    prices = []
    for tariff in tariffs:
        try:
            prices.append(tariff.price(grams))
        except ValueError:
            continue
    return min(prices, default=None)
