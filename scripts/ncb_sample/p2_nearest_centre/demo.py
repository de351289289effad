class TestNearestCentre:
    def test_two_points(self):
        model = NearestCentre()
        model.fit(np.array([[0.0, 0.0], [4.0, 4.0]]), [1, 2])
        assert model.predict(np.array([[1.0, 0.5]])).tolist() == [1]
