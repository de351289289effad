class InsufficientFunds(Exception):
    def __init__(self, missing):
        super().__init__(f"{missing} is missing")
        self.missing = missing


class Account:
    def __init__(self, owner, balance=0):
        if not owner:
            raise ValueError("an account needs an owner")
        if balance < 0:
            raise ValueError("the balance is negative")
        self.owner = owner
        self.balance = balance
        self.history = []

    def _change(self, amount):
        self.balance += amount
        self.history.append(amount)
        return self.balance

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("the amount is not positive")
        return self._change(amount)

    def withdraw(self, amount):
        if amount <= 0:
            raise ValueError("the amount is not positive")
        if amount > self.balance:
            raise InsufficientFunds(amount - self.balance)
        return self._change(-amount)

    def transfer(self, other, amount):
        self.withdraw(amount)
        other.deposit(amount)
