class TestRoman:
    def test_sixteen(self):
        assert to_roman(16) == "XVI"
