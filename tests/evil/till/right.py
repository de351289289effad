"""A till, as it should be."""

COINS = (50, 20, 10, 5, 2, 1)


def total(prices):
    return round(sum(prices), 2)


def change(cents):
    given = []
    for coin in COINS:
        given += [coin] * (cents // coin)
        cents %= coin
    return given


def is_valid(code):
    if not code.isdigit() or len(code) not in (8, 13):
        return False
    return sum(int(one) * (3 if place % 2 else 1) for place, one in enumerate(reversed(code))) % 10 == 0


def receipt(items):
    for name, cents in items.items():
        print(f"{name}: {cents} cents")


class Till:
    """What was sold."""

    def __init__(self):
        self._items = {}

    def add(self, name, cents):
        self._items[name] = cents

    def remove(self, name):
        del self._items[name]

    def names(self):
        return sorted(self._items)
