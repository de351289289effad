"""Intervals for means of scores: a seeded bootstrap over clusters, and Wilson's interval where resampling says nothing.

Samples that ask about one document are not independent: the resampled unit is the cluster, with all its rows (Field and
Welsh 2007, "Bootstrapping clustered data"; Miller 2024, arXiv:2411.00640, section 2.2). The standard error is the
cluster-robust one of the same paper.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES = 2000
NARROWEST = 1e-12  # an interval narrower than this is one value with rounding noise
LEVEL = 0.95
Z = 1.959963984540054  # the normal quantile of LEVEL


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """A mean in [0, 1] with its uncertainty.

    Attributes:
        mean: None where there are no rows.
        stderr: cluster-robust standard error; None with fewer than two clusters.
        low, high: the 95 % interval.
        draws: bootstrap means, shape (RESAMPLES,), for averages of several estimates; None where there are none.
    """

    mean: float | None
    stderr: float | None
    low: float | None
    high: float | None
    draws: Floats | None = None


EMPTY = Estimate(mean=None, stderr=None, low=None, high=None)


def clustered_mean(values: Sequence[float], clusters: Sequence[str], *, name: str, seed: int = 0) -> Estimate:
    """The mean of `values`, each in [0, 1], with a 95 % percentile interval over resampled clusters.

    Where no resample can differ from the data (all cluster means equal, or one cluster alone) the bootstrap would claim
    certainty; Wilson's score interval over the number of clusters stands in.

    Args:
        values: one for each row.
        clusters: the cluster of each row.
        name: seeds this estimate's own random stream, so that a task's interval does not depend on its neighbours.
        seed: another stream.
    """
    import numpy as np

    if not values:
        return EMPTY
    sums, sizes = _by_cluster(values, clusters)
    mean = math.fsum(values) / len(values)
    draws = _resample(sums, sizes, np.random.default_rng([seed, zlib.crc32(name.encode())]))
    low, high = (float(q) for q in np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    if high - low < NARROWEST:
        low, high = wilson(mean, len(sums))
    return Estimate(mean=mean, stderr=_robust_stderr(sums, sizes, mean), low=low, high=high, draws=draws)


def wilson(mean: float, n: int) -> tuple[float, float]:
    """Wilson's 95 % score interval of a proportion over n trials (Wilson 1927); never empty."""
    centre = (mean + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(mean * (1 - mean) / n + Z * Z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def average(parts: Sequence[Estimate]) -> Estimate:
    """The plain mean of several means, with an interval from their bootstrap draws, drawn independently.

    An average of estimates one of which is empty is empty.
    """
    import numpy as np

    if not parts or any(part.mean is None or part.draws is None for part in parts):
        return EMPTY
    mean = math.fsum(part.mean for part in parts if part.mean is not None) / len(parts)
    draws = np.mean([part.draws for part in parts if part.draws is not None], axis=0)
    low, high = (float(q) for q in np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    if high - low < NARROWEST:  # every part is constant: their own Wilson bounds are all that is known
        low = math.fsum(part.low or 0.0 for part in parts) / len(parts)
        high = math.fsum(part.high or 0.0 for part in parts) / len(parts)
    return Estimate(mean=mean, stderr=_stderr_of(parts), low=low, high=high, draws=draws)


def _stderr_of(parts: Sequence[Estimate]) -> float | None:
    errors = [part.stderr for part in parts]
    if any(error is None for error in errors):
        return None
    return math.sqrt(math.fsum(error * error for error in errors if error is not None)) / len(parts)


def _by_cluster(values: Sequence[float], clusters: Sequence[str]) -> tuple[Floats, Floats]:
    import numpy as np

    place: Mapping[str, int] = {name: i for i, name in enumerate(dict.fromkeys(clusters))}
    index = [place[name] for name in clusters]
    sums = np.bincount(index, weights=values, minlength=len(place)).astype(np.float64)
    return sums, np.bincount(index, minlength=len(place)).astype(np.float64)


def _resample(sums: Floats, sizes: Floats, rng: np.random.Generator) -> Floats:
    """Means of RESAMPLES draws of clusters with replacement; drawn in blocks so that memory stays small."""
    import numpy as np

    block = max(1, 2_000_000 // len(sums))
    means = []
    for start in range(0, RESAMPLES, block):
        rows = min(block, RESAMPLES - start)
        drawn = rng.integers(0, len(sums), size=(rows, len(sums)), dtype=np.int32)
        means.append(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1))
    return np.concatenate(means)


def _robust_stderr(sums: Floats, sizes: Floats, mean: float) -> float | None:
    """sqrt(C / (C - 1) * sum over clusters of (sum of deviations)^2) / n."""
    count = len(sums)
    if count == 1:
        return None
    squares = float(((sums - sizes * mean) ** 2).sum())
    return math.sqrt(squares * count / (count - 1)) / float(sizes.sum())


def pass_at_k(n: int, c: int, k: int) -> float:
    """The unbiased estimate of the chance that one of k attempts passes (Chen et al. 2021, arXiv:2107.03374, eq. 1).

    1 - C(n - c, k) / C(n, k), in whole numbers up to the one division.

    Args:
        n: attempts.
        c: those that passed.
        k: at most n.

    Raises:
        ValueError: k is not in 1..n, or c not in 0..n.
    """
    if not (1 <= k <= n and 0 <= c <= n):
        raise ValueError(f"pass@{k} of {c} passes in {n} attempts")
    ways = math.comb(n, k)
    return (ways - math.comb(n - c, k)) / ways
