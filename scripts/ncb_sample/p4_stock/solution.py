class Stock:
    def __init__(self):
        self._pieces = {}

    def add(self, name, quantity):
        self._check(quantity)
        self._pieces[name] = self.count(name) + quantity

    def take(self, name, quantity):
        self._check(quantity)
        if name not in self._pieces:
            raise KeyError(name)
        if quantity > self._pieces[name]:
            raise RuntimeError(f"only {self._pieces[name]} left")
        self._pieces[name] -= quantity
        return self._pieces[name]

    def count(self, name):
        return self._pieces.get(name, 0)

    def names(self):
        return sorted(name for name, pieces in self._pieces.items() if pieces)

    def total(self):
        return sum(self._pieces.values())

    @staticmethod
    def _check(quantity):
        if quantity < 1:
            raise ValueError("quantity must be positive")
