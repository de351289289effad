import numpy as np
import pytest


POINTS = np.array([[0.0, 0.0], [2.0, 0.0], [10.0, 10.0], [12.0, 14.0], [-6.0, 8.0]])
LABELS = [3, 3, 5, 5, 9]


def fitted():
    model = NearestCentre()
    model.fit(POINTS, LABELS)
    return model


class TestNearestCentre:
    def test_centres_are_means(self):
        model = fitted()
        assert model.centre(3).tolist() == [1.0, 0.0]
        assert model.centre(5).tolist() == [11.0, 12.0]
        assert model.centre(9).tolist() == [-6.0, 8.0]

    def test_predicts_the_nearest(self):
        found = fitted().predict(np.array([[9.0, 9.0], [0.5, 1.0], [-5.0, 5.0]]))
        assert found.tolist() == [5, 3, 9]

    def test_predicts_one_point(self):
        assert fitted().predict(np.array([[100.0, 50.0]])).tolist() == [5]

    def test_of_equally_near_labels_the_smallest(self):
        model = NearestCentre()
        model.fit(np.array([[4.0], [0.0]]), [7, 8])
        assert model.predict(np.array([[2.0], [1.0], [3.0]])).tolist() == [7, 8, 7]

    def test_score_is_the_right_part(self):
        model = fitted()
        assert model.score(POINTS, LABELS) == 1.0
        assert model.score(POINTS, [3, 5, 5, 3, 9]) == pytest.approx(0.6)
        assert model.score(POINTS[:4], [9, 9, 9, 5]) == pytest.approx(0.25)

    def test_three_dimensions(self):
        model = NearestCentre()
        model.fit(np.array([[1.0, 2.0, 3.0], [3.0, 4.0, 8.0], [0.0, 0.0, -1.0]]), [1, 1, 0])
        assert model.centre(1).tolist() == [2.0, 3.0, 5.5]
        assert model.predict(np.array([[0.0, 1.0, 1.0], [2.0, 2.0, 4.0]])).tolist() == [0, 1]

    def test_no_points_at_all(self):
        with pytest.raises(ValueError):
            NearestCentre().fit(np.empty((0, 2)), [])
