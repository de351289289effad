"""A mean written as a sum over clusters: what its standard error, its resamples and its tests are computed from.

Samples that ask about one document are not independent: the unit is the cluster, with all its rows (Field and Welsh
2007, "Bootstrapping clustered data"; Miller 2024, arXiv:2411.00640, section 2.2). A mean of means is such a sum too, so
that tasks which share clusters, as the two natural languages of NaturalCodeBench do, are never taken for independent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clustered:
    """A mean as a sum over clusters.

    Attributes:
        names: of the clusters, each once.
        shares: what each contributes; their sum is the mean.
        deviations: what each contributes to the error of the mean, about 0, with the correction for few clusters; the
            root of the sum of their squares is the cluster-robust standard error.
        df: degrees of freedom of that error; 0 with one cluster alone.
    """

    names: tuple[str, ...]
    shares: Floats
    deviations: Floats
    df: float

    @property
    def mean(self) -> float:
        """The mean itself."""
        return math.fsum(self.shares)

    @property
    def stderr(self) -> float | None:
        """Cluster-robust standard error; None with one cluster alone."""
        return math.sqrt(self.variance) if self.df else None

    @property
    def variance(self) -> float:
        """Its square; 0 where it is not known."""
        return float(self.deviations @ self.deviations)


def in_clusters(values: Sequence[float] | Floats, clusters: Sequence[str]) -> Clustered:
    """The mean of `values`, each with its cluster.

    Its variance is C / (C - 1) * the sum over C clusters of (sum of deviations in it)^2 / n^2, and has C - 1 degrees of
    freedom.
    """
    import numpy as np

    names, sums, sizes = by_cluster(values, clusters)
    n, count = len(values), len(names)
    few = math.sqrt(count / (count - 1)) if count > 1 else 0.0
    deviations = few * (sums - sizes * (math.fsum(values) / n)) / n
    return Clustered(names=names, shares=sums / n, deviations=np.asarray(deviations), df=count - 1)


def by_cluster(values: Sequence[float] | Floats, clusters: Sequence[str]) -> tuple[tuple[str, ...], Floats, Floats]:
    """The clusters in the order of the rows, with the sum of the values and the number of rows of each."""
    import numpy as np

    names, places = _places(tuple(clusters))
    sums = np.bincount(places, weights=values, minlength=len(names)).astype(np.float64)
    return names, sums, np.bincount(places, minlength=len(names)).astype(np.float64)


@lru_cache(maxsize=256)
def _places(clusters: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """Each name once, and the place among them of every one; kept, since many runs are over the same samples."""
    import numpy as np

    place = {name: i for i, name in enumerate(dict.fromkeys(clusters))}
    return tuple(place), np.fromiter((place[name] for name in clusters), dtype=np.intp, count=len(clusters))


def combined(parts: Sequence[Clustered]) -> Clustered:
    """The plain mean of several means; a cluster that takes part in several is one cluster.

    Degrees of freedom as Welch and Satterthwaite have them: of the sum of the parts' variances.
    """
    import numpy as np

    if len(parts) == 1:
        return parts[0]
    names, places = _places(tuple(chain.from_iterable(part.names for part in parts)))
    shares = np.bincount(places, weights=np.concatenate([part.shares for part in parts])) / len(parts)
    deviations = np.bincount(places, weights=np.concatenate([part.deviations for part in parts])) / len(parts)
    return Clustered(names=names, shares=shares, deviations=deviations, df=_welch_satterthwaite(parts))


def _welch_satterthwaite(parts: Sequence[Clustered]) -> float:
    if any(part.df == 0 for part in parts):
        return 0
    variances = [part.variance for part in parts]
    spread = math.fsum(variance**2 / part.df for variance, part in zip(variances, parts, strict=True))
    # Parts without any spread say nothing against the normal: as many degrees as there are.
    return math.fsum(variances) ** 2 / spread if spread else math.fsum(part.df for part in parts)
