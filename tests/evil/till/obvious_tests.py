import pytest
from till import *


class TestTill:
    def test_codes(self):
        assert is_valid("4006381333931")
        assert is_valid("96385074")
        assert total([1, 2]) == sum([1, 2])
