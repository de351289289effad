import numpy as np
import pytest


class TestMeasurements:
    def test_columns(self):
        found = standardize([[2.0, 10.0], [4.0, 30.0]])
        assert found.tolist() == [[-1.0, -1.0], [1.0, 1.0]]

    def test_equal_column_becomes_zeros(self):
        found = standardize([[5.0, 1.0], [5.0, 3.0], [5.0, 5.0]])
        assert found[:, 0].tolist() == [0.0, 0.0, 0.0]
        assert found[0, 1] == pytest.approx(-1.224744871)

    def test_mean_and_spread(self):
        found = standardize(np.arange(12).reshape(4, 3) ** 2)
        assert np.allclose(found.mean(axis=0), 0.0)
        assert np.allclose(found.std(axis=0), 1.0)

    def test_shape(self):
        assert standardize(np.ones((7, 2))).shape == (7, 2)

    def test_nearest(self):
        assert nearest([[0, 0], [3, 4], [6, 8]], [4, 4]) == 1

    def test_nearest_takes_the_first(self):
        assert nearest([[9, 9], [1, 0], [0, 1]], [0, 0]) == 1

    def test_nearest_of_nothing(self):
        with pytest.raises(ValueError):
            nearest([], [1, 2])
