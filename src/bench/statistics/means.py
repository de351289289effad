"""Means with their intervals: a seeded bootstrap over clusters, and Wilson's interval where resampling says nothing.

The bootstrap is Rubin's (1981, "The Bayesian bootstrap"): each resample weighs the clusters by independent exponential
numbers in place of counting how often each was drawn. A cluster's weights come from its name alone. So tasks that share
clusters are resampled together, two runs over the same samples too, and neither neighbours nor order move an interval.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.statistics.clusters import Clustered, by_cluster, combined, in_clusters
from bench.statistics.intervals import NARROWEST, expanded, unanimous, wilson

if TYPE_CHECKING:
    from bench.statistics.clusters import Floats

RESAMPLES = 2000
BLOCK = 500  # clusters whose weights are in memory at a time: 8 MB


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """A mean with its uncertainty.

    Attributes:
        mean: None where there are no rows.
        stderr: cluster-robust standard error; None with fewer than two clusters.
        low, high: the 95 % interval.
        draws: resampled means, shape (RESAMPLES,), of differences twice as many; None where there are none.
        found: the same mean as a sum over clusters.
    """

    mean: float | None
    stderr: float | None
    low: float | None
    high: float | None
    draws: Floats | None = None
    found: Clustered | None = None


EMPTY = Estimate(mean=None, stderr=None, low=None, high=None)


def clustered_mean(values: Sequence[float] | Floats, clusters: Sequence[str]) -> Estimate:
    """The mean of `values` with a 95 % interval over resampled clusters.

    Where no resample can differ from the data (all cluster means equal, or one cluster alone) the bootstrap would claim
    certainty; Wilson's score interval over the number of clusters stands in.

    Args:
        values: one for each row, in [0, 1].
        clusters: the cluster of each row.
    """
    if not len(values):
        return EMPTY
    found, draws = in_clusters(values, clusters), _resampled(values, clusters)
    mean = math.fsum(values) / len(values)
    low, high = wilson(mean, len(found.names)) if _constant(draws) else expanded(draws, found.df)
    return Estimate(mean=mean, stderr=found.stderr, low=low, high=high, draws=draws, found=found)


def clustered_difference(values: Sequence[float] | Floats, clusters: Sequence[str]) -> Estimate:
    """The mean of paired differences with a 95 % interval over resampled clusters.

    Two runs may differ on a handful of samples only. Where these all moved one way, no resample could have another
    sign, and an interval from them would exclude zero after one single change. So every resample holds two clusters
    more, one that rose and one that fell, by as much as those do that differ; where many differ they change next to
    nothing. (In the spirit of Agresti and Min 2005, "Simple improved confidence intervals for comparing matched
    proportions", Statistics in Medicine 24.)

    Args:
        values: one for each row, in [-1, 1].
        clusters: the cluster of each row.
    """
    if not len(values):
        return EMPTY
    found, draws = in_clusters(values, clusters), _and_one_more_each_way(values, clusters)
    mean = math.fsum(values) / len(values)
    low, high = unanimous(mean, len(found.names)) if _constant(draws) or not found.df else expanded(draws, found.df)
    return Estimate(mean=mean, stderr=found.stderr, low=max(-1.0, low), high=min(1.0, high), draws=draws, found=found)


def average(parts: Sequence[Estimate]) -> Estimate:
    """The plain mean of several means, with an interval from their resamples: those of shared clusters are the same.

    An average of estimates one of which is empty is empty.
    """
    import numpy as np

    clustered = [part.found for part in parts if part.found is not None]
    if not parts or len(clustered) < len(parts):
        return EMPTY
    mean = _mean([part.mean for part in parts])
    found = combined(clustered)
    draws = np.mean([part.draws for part in parts if part.draws is not None], axis=0)
    if _constant(draws) or not found.df:  # the parts' own bounds are all that is known
        low, high = _mean([part.low for part in parts]), _mean([part.high for part in parts])
    else:
        low, high = expanded(draws, found.df)
    return Estimate(mean=mean, stderr=found.stderr, low=low, high=high, draws=draws, found=found)


def _mean(values: Sequence[float | None]) -> float:
    return math.fsum(value for value in values if value is not None) / len(values)


def _constant(draws: Floats) -> bool:
    return bool(draws.max() - draws.min() < NARROWEST)


def _resampled(values: Sequence[float] | Floats, clusters: Sequence[str]) -> Floats:
    """Means of RESAMPLES resamples."""
    import numpy as np

    names, sums, sizes = by_cluster(values, clusters)
    above, below = np.zeros(RESAMPLES), np.zeros(RESAMPLES)
    for start, weights in _weights(names):
        chosen = slice(start, start + BLOCK)
        above += sums[chosen] @ weights
        below += sizes[chosen] @ weights
    return above / below


def _and_one_more_each_way(values: Sequence[float] | Floats, clusters: Sequence[str]) -> Floats:
    """Resamples with one more cluster that rose and one that fell; then the same with the two changed over.

    So the difference the other way round has the same interval with the other sign.
    """
    import numpy as np

    names, sums, _ = by_cluster(values, clusters)
    differing = sums[np.abs(sums) > NARROWEST]
    size = math.sqrt(float(np.mean(differing**2))) / len(values) if len(differing) else 0.0
    _, (up, down) = next(_weights([f"{name} {min(names)}" for name in ("up", "down")]))
    draws, more = _resampled(values, clusters), size * (up - down)
    return np.concatenate([draws + more, draws - more])


def _weights(names: Sequence[str]) -> Iterator[tuple[int, Floats]]:
    """The exponential weights of each cluster, shape (clusters, RESAMPLES), in blocks with the place of the first."""
    import numpy as np

    for start in range(0, len(names), BLOCK):
        streams = (np.random.Generator(np.random.PCG64(_seed(name))) for name in names[start : start + BLOCK])
        yield start, np.array([stream.standard_exponential(RESAMPLES) for stream in streams])


def _seed(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest())
