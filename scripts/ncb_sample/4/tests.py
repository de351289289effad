import pytest


class TestAccount:
    def test_balance(self):
        account = Account("Ada", 100)
        assert account.deposit(25) == 125
        assert account.withdraw(70) == 55

    def test_too_much(self):
        account = Account("Ada", 30)
        with pytest.raises(InsufficientFunds) as caught:
            account.withdraw(42)
        assert caught.value.missing == 12
        assert account.balance == 30

    def test_amount_must_be_positive(self):
        with pytest.raises(ValueError):
            Account("Ada").deposit(0)
        with pytest.raises(ValueError):
            Account("Ada", 5).withdraw(-5)

    def test_owner_must_be_named(self):
        with pytest.raises(ValueError):
            Account("")

    def test_balance_must_not_be_negative(self):
        with pytest.raises(ValueError):
            Account("Ada", -1)

    def test_transfer(self):
        first, second = Account("Ada", 90), Account("Ben", 10)
        first.transfer(second, 65)
        assert first.balance == 25
        assert second.balance == 75

    def test_history(self):
        account = Account("Ada", 10)
        account.deposit(7)
        account.withdraw(4)
        account.deposit(19)
        assert account.history == [7, -4, 19]
