class TestAccount:
    def test_deposit(self):
        assert Account("Ada").deposit(40) == 40
