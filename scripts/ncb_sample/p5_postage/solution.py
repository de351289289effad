from abc import ABC, abstractmethod


class Tariff(ABC):
    @abstractmethod
    def cost(self, grams):
        """The postage in cents, -1 where the parcel is not taken."""


class FlatTariff(Tariff):
    def __init__(self, cents, most):
        self.cents = cents
        self.most = most

    def cost(self, grams):
        return self.cents if grams <= self.most else -1


class StepTariff(Tariff):
    def __init__(self, first, further):
        self.first = first
        self.further = further

    def cost(self, grams):
        steps = max(0, -(-(grams - 1000) // 500))
        return self.first + steps * self.further


def cheapest(tariffs, grams):
    costs = [tariff.cost(grams) for tariff in tariffs]
    return min((cost for cost in costs if cost >= 0), default=-1)
