import numpy as np


class NearestCentre:
    def fit(self, points, labels):
        points, labels = np.asarray(points, dtype=float), np.asarray(labels)
        if not len(points):
            raise ValueError("there are no points")
        self._labels = np.unique(labels)
        self._centres = np.array([points[labels == label].mean(axis=0) for label in self._labels])

    def centre(self, label):
        return self._centres[np.flatnonzero(self._labels == label)[0]]

    def predict(self, points):
        points = np.asarray(points, dtype=float)
        distances = np.linalg.norm(points[:, None, :] - self._centres[None, :, :], axis=2)
        return self._labels[distances.argmin(axis=1)]

    def score(self, points, labels):
        return float((self.predict(points) == np.asarray(labels)).mean())
