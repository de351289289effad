import numpy as np


def standardize(table):
    table = np.asarray(table, dtype=float)
    spread = table.std(axis=0)
    centred = table - table.mean(axis=0)
    return np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)


def nearest(table, point):
    table = np.asarray(table, dtype=float)
    if table.size == 0:
        raise ValueError("the table is empty")
    distances = np.linalg.norm(table - np.asarray(point, dtype=float), axis=1)
    return int(np.argmin(distances))
