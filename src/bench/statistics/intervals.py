"""From resamples, or from a standard error, to the ends of a 95 % interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.statistics.clusters import Clustered, Floats

LEVEL = 0.95
Z = 1.959963984540054  # the normal quantile of LEVEL
NARROWEST = 1e-12  # an interval narrower than this is one value with rounding noise


def expanded(draws: Floats, df: float) -> tuple[float, float]:
    """The percentile interval at levels so much wider that it is right for few clusters too.

    Resampled means spread less than means do: with exponential weights by (C - 1) / (C + 1) in variance, and the normal
    stands in for Student's t. Both are put right in the levels, which leaves the interval its asymmetry and keeps it
    inside the range of the values (Hesterberg 2015, arXiv:1411.5279, the "expanded percentile interval", there for the
    multinomial bootstrap).
    """
    import numpy as np
    from scipy.special import ndtr

    tail = float(ndtr(-student(df) * math.sqrt((df + 2) / df)))
    low, high = np.quantile(draws, [tail, 1 - tail])
    return float(low), float(high)


def student(df: float) -> float:
    """The quantile of Student's t that a 95 % interval needs."""
    from scipy.special import stdtrit

    return float(stdtrit(df, (1 + LEVEL) / 2))


def wilson(mean: float, n: int) -> tuple[float, float]:
    """Wilson's 95 % score interval of a proportion over n trials (Wilson 1927); never empty."""
    centre = (mean + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(mean * (1 - mean) / n + Z * Z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def unanimous(mean: float, n: int) -> tuple[float, float]:
    """What n clusters that all say the same leave open, for values in [-1, 1]: that a few others say anything at all.

    Wilson's bound for a share of which n trials showed none; of a mean of 0 or 1 it is his interval's inner end.
    """
    share = wilson(0.0, n)[1]
    return mean - (mean + 1) * share, mean + (1 - mean) * share


def t_interval(found: Clustered) -> tuple[float, float]:
    """Mean and standard error by Student's t, for values in [-1, 1]; nothing is resampled."""
    if found.stderr is None or found.stderr < NARROWEST:
        return unanimous(found.mean, len(found.names))
    half = student(found.df) * found.stderr
    return max(-1.0, found.mean - half), min(1.0, found.mean + half)


def t_test(found: Clustered) -> float | None:
    """Two-sided p-value of a mean of 0, by Student's t; None with one cluster alone."""
    from scipy.special import stdtr

    if found.stderr is None:
        return None
    if found.stderr < NARROWEST:
        return 1.0 if abs(found.mean) < NARROWEST else 0.0
    return float(2 * stdtr(found.df, -abs(found.mean) / found.stderr))
