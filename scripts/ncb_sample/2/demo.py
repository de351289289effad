class TestMeasurements:
    def test_two_rows(self):
        assert standardize([[1.0], [3.0]]).tolist() == [[-1.0], [1.0]]
